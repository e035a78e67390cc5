"""Reading: what a message says it is, how urgent it is, and how sure that is."""

import os

# ONNX Runtime reports on itself to its maker from version 1.29 on, and keeps a number of the machine for that, unless this
# stands here before it is loaded. Nothing leaves an installation.
os.putenv("ORT_DISABLE_TELEMETRY", "1")
