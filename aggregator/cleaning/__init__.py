"""What sanitize is made of: addresses in markup, embeds, text without markup."""
