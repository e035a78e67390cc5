"""Operations: work that failed or waits, what came in, what is on its way out, holds, the audit trail."""
