"""Connected accounts: their state, the way of what came in, who may use them, connecting."""
