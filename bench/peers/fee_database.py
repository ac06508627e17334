#!/usr/bin/env python3
"""fee_database.py FOLDER SYNTH: a PostgreSQL server in FOLDER with the fee table that `sluice synth` wrote to SYNTH. Prints the path of the source's
description, of its password file and the command of `psql \\copy`, one a line; ends when stdin does. Exit 77: no server here."""
import pathlib, sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import databases


def main():
    folder, synth = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    if databases.Postgres not in databases.available()[0]:
        sys.exit(77)
    server = databases.Postgres(folder / "server")
    try:
        types = {"text": "varchar(200)", "int": "integer", "decimal": "numeric(16,2)", "date": "date", "datetime": "timestamp", "bool": "boolean"}
        columns = ",".join(f"{f['name']} {types[f['type']]}" for f in databases.plan_fields(synth / "plans/fee_list_d.yaml"))
        server.sql(f"CREATE TABLE fee_list_d ({columns}); GRANT SELECT ON fee_list_d TO reader")
        server.sql(f"\\copy fee_list_d FROM '{synth}/fee_list_d.csv' WITH (FORMAT csv, HEADER)\n")
        server.sql("VACUUM ANALYZE fee_list_d")
        (folder / "password").write_text(server.password + "\n")
        copy = " ".join(map(str, server.client())) + f" -c \"\\copy fee_list_d TO '{folder}/copy.csv' WITH (FORMAT csv, HEADER)\""
        print(server.describe(folder / "source.yaml"), folder / "password", "PGPASSWORD=owner " + copy, sep="\n", flush=True)
        sys.stdin.read()
    finally:
        server.stop()


main()
