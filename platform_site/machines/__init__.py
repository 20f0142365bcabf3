"""What machines read: structured data on pages, sitemaps, robots.txt and the addresses that machines know by heart."""
