"""Learn: from pages of one portal to what a person would have written into its definition. Pure."""
