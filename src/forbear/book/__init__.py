"""The lender's loan book comes in, is checked and aged; out goes one row of facts per loan for a business date."""
