"""Real database servers for tests: PostgreSQL and MariaDB on free loopback ports, as a user without rights, stopped by their own pid."""
import os, pathlib, pwd, shutil, signal, socket, subprocess, time

MISSING = 77


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def as_nobody():
    """How a server is started: initdb and mariadbd refuse root."""
    if os.getuid() != 0:
        return {}, lambda folder: None
    user = pwd.getpwnam("nobody")

    def own(folder):
        for parent in [folder, *folder.parents]:
            if parent.stat().st_mode & 0o001 == 0 and parent.stat().st_uid == 0 and parent != pathlib.Path("/"):
                parent.chmod(parent.stat().st_mode | 0o011)
        os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}, own


class Server:
    process = None

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def wait_up(self, log):
        for _ in range(300):
            if self.process.poll() is not None:
                break
            if self.try_sql("SELECT 1"):
                return
            time.sleep(0.1)
        raise RuntimeError("server did not start: " + pathlib.Path(log).read_text(errors="replace")[-2000:])


class Postgres(Server):
    kind, password, stop_signal = "postgresql", "the password of the reader", signal.SIGINT

    def __init__(self, folder):
        bins = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        self.bin = bins[-1]
        self.folder, self.port = pathlib.Path(folder), free_port()
        self.folder.mkdir(parents=True)
        how, own = as_nobody()
        own(self.folder)
        data = self.folder / "data"
        word = self.folder / "word"
        word.write_text("owner\n")
        subprocess.run([self.bin / "initdb", "-D", data, "-U", "owner", "-A", "scram-sha-256", f"--pwfile={word}", "-E", "UTF8", "--locale=C", "-N"], check=True,
                       stdout=subprocess.DEVNULL, cwd="/", **how)
        log = self.folder / "log"
        with open(log, "w") as out:
            self.process = subprocess.Popen([self.bin / "postgres", "-D", data, "-p", str(self.port), "-c", "listen_addresses=127.0.0.1", "-k", "", "-c", "fsync=off",
                                             "-c", "log_min_messages=fatal"], stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd="/", **how)
        self.wait_up(log)
        self.sql("CREATE DATABASE his", database="postgres")
        self.sql(f"CREATE ROLE reader LOGIN PASSWORD '{self.password}'")

    def client(self, database="his"):
        return [self.bin / "psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "owner", "-d", database, "-X", "-q", "-v", "ON_ERROR_STOP=1"]

    def sql(self, text, database="his"):
        return subprocess.run(self.client(database) + ["-At", "-f", "-"], input=text, text=True, check=True, capture_output=True, env={**os.environ, "PGPASSWORD": "owner"}).stdout

    def try_sql(self, text):
        return subprocess.run(self.client("postgres") + ["-c", text], capture_output=True, env={**os.environ, "PGPASSWORD": "owner"}).returncode == 0

    def describe(self, path, more="", user="reader"):
        path.write_text(f"format: sluice-source/1\nname: 测试库\nkind: postgresql\nhost: 127.0.0.1\nport: {self.port}\ndatabase: his\nuser: {user}\ntls: off\n{more}", encoding="utf-8")
        return path


class MariaDb(Server):
    kind, password, stop_signal = "mariadb", "the password of the reader", signal.SIGTERM

    def __init__(self, folder, tls=None):
        """`tls`: the files of the server's key and certificate, which it keeps a copy of and reads again at FLUSH SSL."""
        self.folder, self.port = pathlib.Path(folder), free_port()
        self.folder.mkdir(parents=True)
        how, own = as_nobody()
        own(self.folder)
        options = []
        if tls:
            self.take_certificate(*tls)
            options = [f"--ssl-key={self.folder}/server.key", f"--ssl-cert={self.folder}/server.crt"]
        data = self.folder / "data"
        subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **how)
        log = self.folder / "log"
        with open(log, "w") as out:
            self.process = subprocess.Popen([shutil.which("mariadbd") or "/usr/sbin/mariadbd", "--no-defaults", f"--datadir={data}", f"--port={self.port}", "--bind-address=127.0.0.1",
                                             f"--socket={self.folder}/s", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=0", "--character-set-server=utf8mb4", "--skip-name-resolve",
                                             f"--pid-file={self.folder}/pid", *options], stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd="/", **how)
        self.wait_up(log)
        self.sql(f"CREATE DATABASE his; CREATE USER reader@'127.0.0.1' IDENTIFIED BY '{self.password}'", database="mysql")

    def take_certificate(self, key, certificate):
        owner = self.folder.stat()
        for file, name in ((key, "server.key"), (certificate, "server.crt")):
            shutil.copy(file, self.folder / name)
            os.chown(self.folder / name, owner.st_uid, owner.st_gid)
            os.chmod(self.folder / name, 0o600)

    def client(self, database="his"):
        return ["mariadb", "--no-defaults", "-h", "127.0.0.1", "-P", str(self.port), "-u", "root", "--protocol=tcp", "--default-character-set=utf8mb4", "-N", "-B", database]

    def sql(self, text, database="his"):
        return subprocess.run(self.client(database), input=text, text=True, check=True, capture_output=True).stdout

    def try_sql(self, text):
        return subprocess.run(self.client("mysql") + ["-e", text], capture_output=True).returncode == 0

    def describe(self, path, more="", user="reader"):
        path.write_text(f"format: sluice-source/1\nname: 测试库\nkind: mariadb\nhost: 127.0.0.1\nport: {self.port}\ndatabase: his\nuser: {user}\ntls: off\n{more}", encoding="utf-8")
        return path


def available():
    """Which of the two this machine has, with driver; the rest is named."""
    found, missing = [], []
    drivers = {p.name for p in pathlib.Path("/usr/lib").glob("*/odbc/*.so")}
    for kind, there in ((Postgres, bool(list(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))) and "psqlodbca.so" in drivers),
                        (MariaDb, bool(shutil.which("mariadb-install-db")) and "libmaodbc.so" in drivers)):
        (found if there else missing).append(kind)
    return found, [kind.kind for kind in missing]


def plan_fields(path):
    """(name, title, type, key) of a plan that `sluice synth` wrote."""
    out = []
    for line in path.read_text(encoding="utf-8").splitlines():
        word = line.strip()
        if word.startswith("- name: ") and line.startswith("  - "):
            out.append({"name": word[8:], "title": "", "type": "text", "key": False})
        elif out and word.startswith("title: "):
            out[-1]["title"] = word[7:]
        elif out and word.startswith("type: "):
            out[-1]["type"] = word[6:]
        elif out and word == "key: true":
            out[-1]["key"] = True
        elif word == "cross_rules:":
            break
    return out


def load_table(server, folder, name, more_columns=()):
    """A table of `sluice synth` as a hospital would hold it: typed columns, comments, a primary key; and its rows."""
    import csv
    fields = plan_fields(folder / "plans" / f"{name}.yaml")
    types = {"text": "varchar(200)", "int": "integer", "decimal": "numeric(16,2)", "date": "date", "datetime": "timestamp", "bool": "boolean"}
    if server.kind == "mariadb":
        types["datetime"] = "datetime"
    columns = []
    for f in fields:
        comment = f" COMMENT '{f['title']}'" if server.kind == "mariadb" else ""
        columns.append(f"{f['name']} {types[f['type']]}{' NOT NULL' if f['key'] else ''}{comment}")
    columns += list(more_columns)
    keys = [f["name"] for f in fields if f["key"]]
    if keys:
        columns.append(f"PRIMARY KEY ({', '.join(keys)})")
    server.sql(f"CREATE TABLE {name} ({', '.join(columns)})")
    if server.kind == "postgresql":
        server.sql("".join(f"COMMENT ON COLUMN {name}.{f['name']} IS '{f['title']}';" for f in fields))
    with open(folder / f"{name}.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    header, rows = rows[0], rows[1:]
    insert_rows(server, name, header, rows)
    server.sql(f"GRANT SELECT ON {name} TO reader" + ("@'127.0.0.1'" if server.kind == "mariadb" else ""))
    server.sql(f"ANALYZE {name}" if server.kind == "postgresql" else f"ANALYZE TABLE {name}")
    return header, rows


def insert_rows(server, name, header, rows):
    def text(value):
        return "NULL" if value == "" or value is None else "'" + str(value).replace("'", "''") + "'"
    for at in range(0, len(rows), 500):
        values = ",".join("(" + ",".join(text(v) for v in row) + ")" for row in rows[at:at + 500])
        server.sql(f"INSERT INTO {name} ({','.join(header)}) VALUES {values}")
