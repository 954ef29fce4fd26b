"""People: invitations, what is known of sign-ins, how often they were tried, and an audit trail that only grows."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add to agents and logins what the previous release can leave out, and make three tables."""
    op.add_column("agents", sa.Column("deactivated_at", _MOMENT, nullable=True))
    for column in (
        sa.Column("seen_at", _MOMENT, nullable=True),
        sa.Column("how", sa.String(length=12), nullable=False, server_default="password"),
        sa.Column("browser", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("address", sa.String(length=64), nullable=False, server_default=""),
    ):
        op.add_column("logins", column)
    _invitations()
    _attempts()
    _deeds()
    _keep_deeds()


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("invited_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_invitations_email", "invitations", ["email"])


def _attempts() -> None:
    op.create_table(
        "sign_in_attempts",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_sign_in_attempts_since", "sign_in_attempts", ["since"])


def _deeds() -> None:
    op.create_table(
        "deeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=True),
        sa.Column("ticket", sa.String(length=16), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("at", "agent_id", "conversation_id", "ticket", "subject_id"):
        op.create_index(f"ix_deeds_{column}", "deeds", [column])


def _keep_deeds() -> None:
    """Let nothing change or remove a deed.

    PostgreSQL gets rules and no triggers: a trigger needs a function, which a dump of our tables would not hold.
    """
    for what in ("UPDATE", "DELETE"):
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"CREATE RULE keep_deeds_{what.lower()} AS ON {what} TO deeds DO INSTEAD NOTHING")
        else:
            said = "SELECT RAISE(ABORT, 'deeds are only added')"
            op.execute(f"CREATE TRIGGER keep_deeds_{what.lower()} BEFORE {what} ON deeds BEGIN {said}; END")
