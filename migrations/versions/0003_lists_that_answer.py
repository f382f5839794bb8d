"""What lists are searched, sorted and counted by; circulars.

The database itself keeps the copies of a person's keys on the registrations, and the number of registrations in each
state: whoever changes a row, by whatever way, they are right.
"""

import sqlalchemy as sa
from alembic import op

from ranevents.core import names

revision = "0003"
down_revision = "0002"

KEYS = ("sort_key", "own_sort_key", "organisation_key", "country", "sector", "side")
COPIES = ("name_key", "own_name_key", "organisation_key", "country", "sector", "side")
ROWS_AT_ONCE = 1000


def upgrade() -> None:
    _keys_of_persons()
    _copies_on_registrations()
    _counts()
    _circulars()
    op.create_index(
        "ix_audit_entries_event_actor", "audit_entries", ["event_id", "actor_kind", "actor_id"], unique=False
    )


def _keys_of_persons() -> None:
    op.add_column("persons", sa.Column("own_sort_key", sa.String(length=250), nullable=True))
    op.add_column("persons", sa.Column("organisation_key", sa.String(length=200), nullable=True))
    connection = op.get_bind()
    last = 0
    while rows := connection.execute(
        sa.text(
            "SELECT id, family_name, given_name, organisation FROM persons WHERE id > :last ORDER BY id LIMIT :most"
        ),
        {"last": last, "most": ROWS_AT_ONCE},
    ).all():
        connection.execute(
            sa.text("UPDATE persons SET own_sort_key = :own, organisation_key = :organisation WHERE id = :id"),
            [
                {
                    "id": id,
                    "own": names.own_sort_key(family, given),
                    "organisation": names.fold(organisation)[:200],
                }
                for id, family, given, organisation in rows
            ],
        )
        last = rows[-1][0]
    op.alter_column("persons", "own_sort_key", nullable=False)
    op.alter_column("persons", "organisation_key", nullable=False)


def _copies_on_registrations() -> None:
    for name, length in (("name_key", 250), ("own_name_key", 250), ("organisation_key", 200)):
        kept = sa.String(length=length, collation="C")
        op.add_column("registrations", sa.Column(name, kept, server_default="", nullable=False))
    for name, length in (("country", 2), ("sector", 20), ("side", 20)):
        op.add_column("registrations", sa.Column(name, sa.String(length=length), server_default="", nullable=False))
    told = ", ".join(f"{copy} = p.{key}" for copy, key in zip(COPIES, KEYS, strict=True))
    op.execute(f"UPDATE registrations AS r SET {told} FROM persons AS p WHERE p.id = r.person_id")
    op.create_index("ix_registrations_event_name", "registrations", ["event_id", "name_key", "id"])
    op.create_index("ix_registrations_event_own_name", "registrations", ["event_id", "own_name_key", "id"])
    op.create_index("ix_registrations_event_registered", "registrations", ["event_id", "registered_at", "id"])
    targets = ", ".join(f"NEW.{copy}" for copy in COPIES)
    op.execute(
        f"""
        CREATE FUNCTION registrations_copy_person() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            SELECT {", ".join(KEYS)} INTO {targets} FROM persons WHERE id = NEW.person_id;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER copy_person BEFORE INSERT OR UPDATE OF person_id ON registrations"
        " FOR EACH ROW EXECUTE FUNCTION registrations_copy_person()"
    )
    changed = ", ".join(f"{copy} = NEW.{key}" for copy, key in zip(COPIES, KEYS, strict=True))
    op.execute(
        f"""
        CREATE FUNCTION persons_pass_on() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE registrations SET {changed} WHERE person_id = NEW.id;
            RETURN NULL;
        END $$
        """
    )
    before, after = (", ".join(f"{which}.{key}" for key in KEYS) for which in ("OLD", "NEW"))
    op.execute(
        f"CREATE TRIGGER pass_on AFTER UPDATE OF {', '.join(KEYS)} ON persons FOR EACH ROW"
        f" WHEN (({before}) IS DISTINCT FROM ({after})) EXECUTE FUNCTION persons_pass_on()"
    )


def _counts() -> None:
    op.create_table(
        "registration_counts",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_registration_counts_number")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_registration_counts_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "state", name=op.f("pk_registration_counts")),
    )
    op.execute(
        "INSERT INTO registration_counts SELECT event_id, state, count(*) FROM registrations GROUP BY event_id, state"
    )
    # Rows that come or go are counted once a statement, so that a thousand at once are no thousand updates.
    op.execute(
        """
        CREATE FUNCTION registrations_count_new() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO registration_counts
                SELECT event_id, state, count(*) FROM came GROUP BY event_id, state ORDER BY event_id, state
                ON CONFLICT (event_id, state) DO UPDATE SET number = registration_counts.number + excluded.number;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION registrations_count_gone() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE registration_counts AS c SET number = c.number - g.number
                FROM (SELECT event_id, state, count(*) AS number FROM went GROUP BY event_id, state) AS g
                WHERE c.event_id = g.event_id AND c.state = g.state;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION registrations_count_moved() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE registration_counts SET number = number - 1 WHERE event_id = OLD.event_id AND state = OLD.state;
            INSERT INTO registration_counts VALUES (NEW.event_id, NEW.state, 1)
                ON CONFLICT (event_id, state) DO UPDATE SET number = registration_counts.number + 1;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER count_new AFTER INSERT ON registrations REFERENCING NEW TABLE AS came"
        " FOR EACH STATEMENT EXECUTE FUNCTION registrations_count_new()"
    )
    op.execute(
        "CREATE TRIGGER count_gone AFTER DELETE ON registrations REFERENCING OLD TABLE AS went"
        " FOR EACH STATEMENT EXECUTE FUNCTION registrations_count_gone()"
    )
    op.execute(
        "CREATE TRIGGER count_moved AFTER UPDATE OF state, event_id ON registrations FOR EACH ROW"
        " WHEN ((OLD.state, OLD.event_id) IS DISTINCT FROM (NEW.state, NEW.event_id))"
        " EXECUTE FUNCTION registrations_count_moved()"
    )


def _circulars() -> None:
    op.create_table(
        "circulars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.String(length=200), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_circulars_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circulars")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_circulars_submission_id")),
    )
    op.create_index(op.f("ix_circulars_event_id"), "circulars", ["event_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_audit_entries_event_actor", table_name="audit_entries")
    op.drop_index(op.f("ix_circulars_event_id"), table_name="circulars")
    op.drop_table("circulars")
    op.execute("DROP TRIGGER pass_on ON persons")
    for name in ("count_new", "count_gone", "count_moved", "copy_person"):
        op.execute(f"DROP TRIGGER {name} ON registrations")
    for name in ("count_new", "count_gone", "count_moved", "copy_person"):
        op.execute(f"DROP FUNCTION registrations_{name}()")
    op.execute("DROP FUNCTION persons_pass_on()")
    op.drop_table("registration_counts")
    for name in ("ix_registrations_event_name", "ix_registrations_event_own_name", "ix_registrations_event_registered"):
        op.drop_index(name, table_name="registrations")
    for name in COPIES:
        op.drop_column("registrations", name)
    op.drop_column("persons", "organisation_key")
    op.drop_column("persons", "own_sort_key")
