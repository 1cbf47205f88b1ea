<?php
/* Installs WordPress into an empty database and enters the articles, as an administrator and the editors would have.
 *
 * Run by wordpress.py: php wordpress.php WORDPRESS_FOLDER < articles.json. Prints, as JSON, where each article and its
 * files are. The text is in the form that the editor of its day left: until 2011 typed without elements (WordPress
 * makes the paragraphs), until 2018 from the classic editor's window, later from the block editor.
 */
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = parse_url(getenv('SITE'), PHP_URL_HOST) . ':' . parse_url(getenv('SITE'), PHP_URL_PORT);
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_METHOD'] = 'GET';
function wp_new_blog_notification() {}  // it would send mail
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/image.php';
require_once ABSPATH . 'wp-admin/includes/nav-menu.php';
$given = json_decode(stream_get_contents(STDIN), true);

wp_install($given['title'], $given['poster'], 'quantri@khelinh.example', true, '', wp_generate_password(), 'vi');
foreach (get_posts(['post_type' => 'any', 'post_status' => 'any', 'numberposts' => -1]) as $sample) {
    wp_delete_post($sample->ID, true);
}
foreach ([
    'timezone_string' => 'Asia/Ho_Chi_Minh', 'date_format' => 'd/m/Y', 'time_format' => 'H:i', 'posts_per_page' => 10,
    'permalink_structure' => '/%category%/%postname%/', 'template' => $given['theme'], 'stylesheet' => $given['theme'],
    'blogdescription' => 'Trang tin của Huyện ủy, HĐND, UBND huyện', 'thread_comments' => 1, 'moderation_notify' => 0,
    'comments_notify' => 0, 'medium_size_w' => 200, 'medium_size_h' => 200, 'start_of_week' => 1,
] as $name => $value) {
    update_option($name, $value);
}
global $wp_rewrite;
$wp_rewrite->init();
wp_defer_term_counting(true);
wp_set_current_user(1);
kses_remove_filters();

$categories = [];
foreach ($given['sections'] as $section) {
    $categories[$section] = wp_insert_term($section, 'category')['term_id'];
}
$menu = wp_create_nav_menu('Chính');
$items = [['menu-item-type' => 'custom', 'menu-item-url' => home_url('/'), 'menu-item-title' => 'Trang chủ']];
foreach ($categories as $section => $id) {
    $items[] = ['menu-item-type' => 'taxonomy', 'menu-item-object' => 'category', 'menu-item-object-id' => $id];
}
foreach ($given['pages'] as $title => $text) {
    $page = ['post_type' => 'page', 'post_status' => 'publish', 'post_title' => $title, 'post_content' => $text];
    $id = wp_insert_post($page);
    $items[] = ['menu-item-type' => 'post_type', 'menu-item-object' => 'page', 'menu-item-object-id' => $id];
}
foreach ($items as $item) {
    wp_update_nav_menu_item($menu, 0, $item + ['menu-item-status' => 'publish']);
}
set_theme_mod('nav_menu_locations', ['primary' => $menu, 'footer' => $menu]);
update_option('widget_recent-posts', [2 => ['title' => 'Tin mới', 'number' => 5, 'show_date' => true]]);
update_option('widget_recent-comments', [2 => ['title' => '', 'number' => 5]]);
update_option('widget_archives', [2 => ['title' => 'Lưu trữ', 'count' => 1, 'dropdown' => 0]]);
update_option('widget_categories', [2 => ['title' => '', 'count' => 1, 'hierarchical' => 0, 'dropdown' => 0]]);
foreach (['calendar', 'tag_cloud', 'search', 'meta'] as $widget) {
    update_option("widget_$widget", [2 => ['title' => '']]);
}
$widgets = ['search-2', 'recent-posts-2', 'recent-comments-2', 'calendar-2', 'categories-2', 'archives-2', 'tag_cloud-2', 'meta-2'];
update_option('sidebars_widgets', ['wp_inactive_widgets' => [], 'sidebar-1' => $widgets, 'array_version' => 3]);

$made = [];
foreach ($given['articles'] as $article) {
    $year = (int) substr($article['published'], 0, 4);
    $post = wp_insert_post([
        'post_title' => $article['title'], 'post_status' => 'publish', 'post_author' => 1,
        'post_date' => $article['published'], 'post_category' => [$categories[$article['section']]],
        'tags_input' => $article['tags'], 'comment_status' => 'open',
    ], true);
    $files = [];
    foreach ($article['files'] as $name => $path) {
        $files[$name] = upload($name, $path, $post, $article['published']);
    }
    $content = content($article, $files, $year);
    global $wpdb;  // not wp_update_post: it would mark every article as edited today
    $wpdb->update($wpdb->posts, ['post_content' => $content], ['ID' => $post]);
    clean_post_cache($post);
    if ($year >= 2019 && $files && wp_attachment_is_image(reset($files))) {
        set_post_thumbnail($post, reset($files));
    }
    if ($article['comments']) {
        foreach ($article['comments'] as $comment) {
            wp_insert_comment($comment + ['comment_post_ID' => $post, 'comment_approved' => 1]);
        }
    }
    $made[] = [
        'url' => get_permalink($post),
        'title' => html_entity_decode(get_the_title($post), ENT_QUOTES | ENT_HTML5),  // its dashes and quotes are set
        'files' => array_map('wp_get_attachment_url', $files),
        'shown' => array_map(fn($id) => wp_get_attachment_image_url($id, 'medium') ?: '', $files),
    ];
}
wp_defer_term_counting(false);
delete_option('rewrite_rules');  // the first visitor's request makes them, as after a change of settings
print(json_encode($made));

function upload(string $name, string $path, int $post, string $published): int
{
    $month = wp_upload_dir(substr($published, 0, 7) . '-01');
    $file = $month['path'] . '/' . wp_unique_filename($month['path'], sanitize_file_name($name));
    copy($path, $file);
    $type = wp_check_filetype($file)['type'];
    $title = preg_replace('/\.[^.]+$/', '', $name);
    $attachment = ['post_mime_type' => $type, 'post_title' => $title, 'post_status' => 'inherit', 'post_date' => $published];
    $id = wp_insert_attachment($attachment, $file, $post);
    wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $file));
    update_post_meta($id, '_wp_attachment_image_alt', $title);
    return $id;
}

function content(array $article, array $files, int $year): string
{
    $parts = [];
    foreach ($article['blocks'] as $block) {
        $parts[] = $year < 2012 ? typed($block, $files) : ($year < 2019 ? classic($block, $files) : blocks($block, $files));
    }
    foreach ($article['documents'] as $name) {
        $label = $article['blocks'] ? $name : 'Xem chi tiết tại đây';
        $block = ['kind' => 'document', 'name' => $name, 'label' => $label];
        $parts[] = $year < 2019 ? classic($block, $files) : blocks($block, $files);
    }
    foreach ($article['closing'] as $line) {
        $line = esc_html($line);
        $parts[] = $year < 2012 ? "<div align=\"right\"><strong>$line</strong></div>" : ($year < 2019
            ? "<p style=\"text-align: right;\"><strong>$line</strong></p>"
            : "<!-- wp:paragraph {\"align\":\"right\"} -->\n<p class=\"has-text-align-right\"><strong>$line</strong></p>\n<!-- /wp:paragraph -->");
    }
    if ($article['parted']) {
        array_splice($parts, intdiv(count($parts), 2), 0, ['<!--nextpage-->']);
    }
    return implode("\n\n", $parts);
}

/* Typed into the window of the old editor: pictures link to their own page, as they then did by default. */
function typed(array $block, array $files): string
{
    if ($block['kind'] === 'picture') {
        return captioned($block, $files, get_permalink($files[$block['name']]));
    }
    return $block['kind'] === 'paragraph' ? esc_html($block['text']) : classic($block, $files);
}

function classic(array $block, array $files): string
{
    switch ($block['kind']) {
        case 'paragraph':
            return '<p style="text-align: justify;">' . esc_html($block['text']) . '</p>';
        case 'picture':
            return captioned($block, $files, wp_get_attachment_url($files[$block['name']]));
        case 'document':
            return '<a href="' . wp_get_attachment_url($files[$block['name']]) . '">' . esc_html($block['label']) . '</a>';
    }
    return '<table border="1" width="100%"><tbody>' . rows($block['rows']) . '</tbody></table>';
}

function captioned(array $block, array $files, string $link): string
{
    $id = $files[$block['name']];
    $image = get_image_tag($id, wp_strip_all_tags(get_the_title($id)), '', 'center', 'medium');
    $linked = '<a href="' . $link . '">' . $image . '</a>';
    return $block['caption']
        ? "[caption id=\"attachment_$id\" align=\"aligncenter\" width=\"200\"]$linked " . esc_html($block['caption']) . '[/caption]'
        : $linked;
}

function blocks(array $block, array $files): string
{
    $id = $files[$block['name'] ?? ''] ?? 0;
    switch ($block['kind']) {
        case 'paragraph':
            return "<!-- wp:paragraph -->\n<p>" . esc_html($block['text']) . "</p>\n<!-- /wp:paragraph -->";
        case 'picture':
            $caption = $block['caption'] ? '<figcaption class="wp-element-caption">' . esc_html($block['caption']) . '</figcaption>' : '';
            return "<!-- wp:image {\"id\":$id,\"sizeSlug\":\"full\",\"linkDestination\":\"none\"} -->\n<figure class=\"wp-block-image size-full\"><img src=\""
                . wp_get_attachment_url($id) . "\" alt=\"\" class=\"wp-image-$id\"/>$caption</figure>\n<!-- /wp:image -->";
        case 'document':
            $url = wp_get_attachment_url($id);
            return "<!-- wp:file {\"id\":$id,\"href\":\"$url\"} -->\n<div class=\"wp-block-file\"><a id=\"wp-block-file--media-$id\" href=\"$url\">"
                . esc_html($block['label']) . "</a><a href=\"$url\" class=\"wp-block-file__button wp-element-button\" download"
                . " aria-describedby=\"wp-block-file--media-$id\">Tải về</a></div>\n<!-- /wp:file -->";
    }
    return "<!-- wp:table -->\n<figure class=\"wp-block-table\"><table><tbody>" . rows($block['rows']) . "</tbody></table></figure>\n<!-- /wp:table -->";
}

function rows(array $rows): string
{
    $cells = fn($row) => '<tr>' . implode('', array_map(fn($cell) => '<td>' . esc_html($cell) . '</td>', $row)) . '</tr>';
    return implode('', array_map($cells, $rows));
}
