"""The web channel: the widget, its demo page and the visitors' HTTP interface."""
