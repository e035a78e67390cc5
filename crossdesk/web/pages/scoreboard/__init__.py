"""The scoreboard: figures, charts, and the rows behind every one."""
