"""Deliveries are sent by one of several servers: who sends one holds its lease, and what arrived of it is kept."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the lease, the number of parts that arrived, and the way to what an address waits for."""
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.add_column(sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True))
        deliveries.add_column(sa.Column("parts", sa.Integer(), nullable=False, server_default="0"))
    unsent = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["channel", "address", "id"],
        postgresql_where=unsent,
        sqlite_where=unsent,
    )
