"""The three-pane inbox."""
