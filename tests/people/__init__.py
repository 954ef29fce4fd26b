"""People: roles and rights, invitations, sign-ins, the audit trail."""
