"""What is in the tests' database: taken out, and laid down again."""

from sqlalchemy import Connection

from ranevents.core.db import db


def empty_database() -> None:
    """Delete what is there, and count from one again. Few tables hold anything: TRUNCATE of all takes 50 times as long."""
    with db.engine.begin() as connection:
        filled = _filled(connection)
        # So that the order of deletion does not matter: everything goes.
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for table in filled:
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("SELECT setval(seqrelid::regclass, 1, false) FROM pg_sequence")


def rows_laid_down() -> str:
    """The statements that lay down in an empty database what is in it now."""
    with db.engine.begin() as connection:
        filled = _filled(connection)
        rows = {
            table: connection.exec_driver_sql(f"SELECT json_agg(row)::text FROM {table} AS row").scalar_one()
            for table in filled
        }
        counters = connection.exec_driver_sql(
            "SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences WHERE last_value IS NOT NULL",
            execution_options={"no_parameters": True},
        ).all()
    return "; ".join(
        [
            "SET LOCAL session_replication_role = replica",
            *(
                f"INSERT INTO {table} OVERRIDING SYSTEM VALUE "
                f"SELECT * FROM json_populate_recordset(NULL::{table}, $rows${told}$rows$)"
                for table, told in rows.items()
            ),
            *(f"SELECT setval('{counter}', {value})" for counter, value in counters),
        ]
    )


def lay_down(rows: str) -> None:
    """Run the statements of `rows_laid_down`."""
    with db.engine.begin() as connection:
        connection.exec_driver_sql(rows, execution_options={"no_parameters": True})


def _filled(connection: Connection) -> list[str]:
    """The tables that hold anything."""
    tables = [table.name for table in db.metadata.sorted_tables]
    tables += ["procrastinate_jobs", "procrastinate_periodic_defers", "procrastinate_events"]
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)
    return list(connection.exec_driver_sql(asked).scalars())
