"""The company: departments and their hours, people, the matrix, rules, targets, walls."""
