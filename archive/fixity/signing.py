"""Signing: the Ed25519 key of a collection (RFC 8032), with which each run signs its manifest.

    COLLECTION/signing-key.pem     the private key (PKCS #8, PEM), readable by its owner only; or elsewhere, where
                                   PORTAL_CRAWLER_KEY says so
    COLLECTION/signing-key.pub     the public key (PEM), for whoever checks: a copy that somebody else keeps is what
                                   proves, for who can change manifests can change a key beside them

OpenSSL checks a manifest as well:
    openssl pkeyutl -verify -pubin -inkey signing-key.pub -rawin -in 00001-crawl.json -sigfile 00001-crawl.json.sig
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from ..errors import Unwritable, UsageError
from ..release import write_text

PRIVATE = "signing-key.pem"
PUBLIC = "signing-key.pub"
WHERE = "PORTAL_CRAWLER_KEY"  # environment: the private key's file, where it is not in the collection


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What a signature is checked with."""

    key: Ed25519PublicKey

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the 32 bytes of the key, hexadecimal."""
        return hashlib.sha256(self.key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()

    @property
    def pem(self) -> str:
        return self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def verifies(self, signature: bytes, data: bytes) -> bool:
        try:
            self.key.verify(signature, data)
        except InvalidSignature:
            return False
        return True


def make_key(folder: Path) -> PublicKey:
    """Make a collection's key. Raises UsageError where it has one, Unwritable."""
    path = folder / PRIVATE
    for there in (path, folder / PUBLIC):
        if there.exists():
            raise UsageError(
                f"{there}: is there already; a collection keeps its key, else its older manifests prove nothing"
            )
    private = Ed25519PrivateKey.generate()
    public = PublicKey(private.public_key())
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Unwritable(f"{path}: cannot be written: {error.strerror}; mend the folder's permissions") from error
    write_text(folder / PUBLIC, public.pem)
    return public


def collection_key(folder: Path) -> Ed25519PrivateKey | None:
    """The key that a collection's manifests are signed with, if it has one. Raises UsageError where it is none."""
    named = os.environ.get(WHERE)
    path = Path(named) if named else folder / PRIVATE
    if not named and not path.exists():
        return None
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise UsageError(f"{path}: the signing key cannot be read: {error.strerror}; restore it") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UsageError(f"{path}: not an unencrypted private key in PEM ({error}); make one with `key`") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path}: not an Ed25519 key; make one with `key`")
    return key


def public_key(folder: Path) -> PublicKey | None:
    """The public key that lies in a collection, if one does. Raises UsageError where it is none."""
    path = folder / PUBLIC
    return read_public_key(path) if path.exists() else None


def read_public_key(path: Path) -> PublicKey:
    """A public key's file. Raises UsageError where it is none."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(f"{path}: not a public key in PEM; `key` writes one as {PUBLIC}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{path}: not an Ed25519 key")
    return PublicKey(key)
