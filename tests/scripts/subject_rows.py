#!/usr/bin/env python3
"""A person's request, to the end: the sealed versions are looked through for the person's rows under grants and on record, what was found is told, deleted
under dual control and gone; and a consent that the person signed with a key of their own. Laws: nobody searches before the person was verified; no entry and
no file holds the identifier; the workers get the columns that identify people and no others; rows that are held for checking and pseudonyms of the person are found too, and what cannot be
searched is named; a deletion is not answered while rows are left; a signature over
anything else, by another key than the certificate's, or under a certificate that nobody adopted is refused and leaves nothing; a file of those who consented is
checked again row by row, also when one of them withdrew since."""
import base64, json, os, subprocess, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import check
import persons
from persons import CERTNO, VISIT, entries, people, plan

PURPOSE = "insurance_claims_service"
PLAN = plan("visits", "就诊记录", "mdtrt_d", CERTNO, VISIT, "  - {name: begndate, title: 开始日期, type: date, required: true, necessity: 核对就诊区间}\n")
OUT = ["begndate"]


def batch(a, number, rows):
    columns = ["certno", "mdtrt_id", "begndate"]
    return persons.batch(a, PLAN, f"visits{number}.csv", number, columns, [[row[c] for c in columns] for row in rows])


def request_of(a, person, what):
    made = a.people["pi"].post("/law/requests", {"identifier": person, "what": what, "channel": "窗口"})
    return f"/law/requests/{made['id']}"


def verified(a, person, what):
    at = request_of(a, person, what)
    a.people["manager"].post(at + "/verify", {"method": "in_person", "evidence": "身份证原件"})
    return at


a = Agency()
try:
    a.staff()
    named = people(a)
    person, other, third = named[:3]
    rows = lambda start, owners: [{"certno": owner, "mdtrt_id": f"M{start + i:08d}", "begndate": f"2025-03-{1 + i % 28:02d}"} for i, owner in enumerate(owners)]
    crowd = named[3:120]
    first = batch(a, 1, rows(0, [person, other, person] + crowd))
    unfit = {"certno": person, "mdtrt_id": "M99999999", "begndate": "随后补"}  # held for checking
    second = batch(a, 2, rows(1000, [third, person] + crowd) + [unfit])
    check(a.graded(first)["certno"]["identifying"], "the number names a person")
    manager, pi = a.people["manager"], a.people["pi"]
    keep = {"technique": "keep"}
    pseudonyms = a.masked(first, ["certno", "mdtrt_id", "begndate"], {"certno": {"technique": "pseudonym"}, "begndate": keep}, title="假名")["version"]
    anonymous = a.masked(first, ["certno", "mdtrt_id", "begndate"], {"begndate": keep}, title="去标识", id="anonymous")["version"]

    # What is held.
    at = request_of(a, person, "held")
    refused(manager.call("POST", at + "/search"), "law.request_not_verified", "before the person was verified")
    manager.post(at + "/verify", {"method": "in_person", "evidence": "身份证原件"})
    refused(a.people["officer"].call("POST", at + "/search"), "duty.missing", "not by anybody", 403)
    grants = len(entries(a, "keys.granted"))
    a.work("manager", at + "/search")
    shown = manager.get(at)
    found = {f["version"]: f["rows"] for f in shown["found"] if "in" not in f}
    check(found == {first["version"]: 2, second["version"]: 1} and shown["versions_searched"] == 2, f"each row, in each version: {shown['found']}")
    held = [f for f in shown["found"] if f.get("in") == "held"]
    check([(f["rows"], f["column"]) for f in held] == [(1, "cell_certno")] and shown["held_searched"] == 1, f"the row that is held for checking: {shown['found']}")
    masked = {f["version"]: f["rows"] for f in shown["found"] if f.get("in") == "masked"}
    check(masked == {pseudonyms: 2} and shown["masked_searched"] == 1, f"by the pseudonym: {shown['found']}")
    check([(n["version"], n["reason"]) for n in shown["not_searched"]] == [(anonymous, "law.search_masked")], f"and what nobody can be found in is named: {shown['not_searched']}")
    check(all(f["column"] in ("certno", "cell_certno") for f in shown["found"]), "in the column that names people")
    check(len(entries(a, "keys.granted")) == grants + 4 and len(entries(a, "law.subject_searched")) == 1, "a grant for each version, and the outcome, on record")
    check(not a.stored(person), f"the number stands nowhere in the clear: {a.stored(person)}")
    pi.post(at + "/decide", {"grant": True, "reason": "本人"})
    manager.post(at + "/answer", {"note": "见附"})
    told = manager.get(at + "/answer")["search"]
    check(sorted((f["in"], f["rows"]) for f in told["found"]) == [("held", 1), ("masked", 2), ("version", 1), ("version", 2)] and not told["found"][0]["destroyed"], f"told to the person: {told}")
    check((told["versions"], told["held"], told["masked"]) == (2, 1, 1), f"with what was looked through: {told}")
    check([n["reason"] for n in told["not_searched"]] == ["law.search_masked", "law.search_deliveries", "law.search_backups"] and all(n["zh"] and n["en"] for n in told["not_searched"]),
          f"and, in words, with what was not: {told['not_searched']}")
    nobody = verified(a, "509803198001010012", "held")
    a.work("manager", nobody + "/search")
    check(manager.get(nobody)["found"] == [], "of a stranger nothing is held")

    # Deletion: one work over the versions, but for those that somebody keeps longer; witnessed and carried out, then nothing is found.
    at = verified(a, person, "delete")
    refused(manager.call("POST", at + "/delete"), "law.request_not_decided", "before it is granted")
    pi.post(at + "/decide", {"grant": True, "reason": "不再需要"})
    refused(manager.call("POST", at + "/delete"), "law.not_searched", "before a search")
    a.work("manager", at + "/search")
    ends = next(v["ends_ms"] for v in manager.get("/law/retention")["items"] if v["version"] == second["version"])
    a.people["officer"].post(f"/law/retention/{second['version']}/keep", {"until_ms": ends + 86400000, "reason": "诉讼未结"})

    def deleted(versions, kept, rows):
        proposed = manager.post(at + "/delete", {}, status=(201,))
        work = proposed["key_work"]
        check((proposed["versions"], proposed["kept"]) == (versions, kept), f"one work, and what stays: {proposed}")
        check("delete" not in manager.get(at)["can"], "not offered twice")
        refused(manager.call("POST", at + "/delete"), "keys.person_in_hand", "one at a time", 409)
        refused(manager.call("POST", f"/key-works/{work}/carry-out"), "keys.work_not_approved", "not before it is witnessed", 409)
        for witness in ("officer", "pi"):
            a.people[witness].post(f"/key-works/{work}/witness", {"verdict": "agree", "reason": ""})
        refused(manager.call("POST", at + "/search"), "law.deletion_in_hand", "what was agreed to stays what it is", 409)
        refused(manager.call("POST", at + "/answer", {"note": "已删", "key_work": work}), "law.request_rows_left", "not while rows are left")
        done = a.work("manager", f"/key-works/{work}/carry-out")
        check((done["versions_rewritten"], done["rows_removed"]) == (versions, rows), f"carried out: {done}")
        (a.tmp / "certificate.json").write_text(json.dumps(manager.get(f"/key-works/{work}/certificate")))
        verdict = json.loads(a.run("keys", "verify-certificate", a.tmp / "certificate.json", "--trust", a.space / "trust.txt", "--json"))
        check(verdict["ok"] and verdict["versions"] == versions and verdict["rows_removed"] == rows and at.endswith(verdict["request"]), f"and certified: {verdict}")
        bent = json.loads((a.tmp / "certificate.json").read_text())
        bent["found"].pop()
        (a.tmp / "bent.json").write_text(json.dumps(bent))
        bad = json.loads(a.run("keys", "verify-certificate", a.tmp / "bent.json", "--trust", a.space / "trust.txt", "--json", code=6))
        check("certificate.differs found" in bad["problems"], f"what was found is what two witnesses agreed to: {bad}")
        return work

    deleted(1, 1, 2)
    refused(manager.call("POST", at + "/delete"), "keys.kept_longer", "what is kept is kept")
    a.people["pi"].post(f"/law/retention/{second['version']}/end-hold", {"reason": "诉讼终结"})
    work = deleted(1, 0, 1)
    refused(manager.call("POST", at + "/delete"), "law.nothing_found", "once", 409)
    refused(manager.call("POST", at + "/answer", {"note": "已删"}), "law.request_needs_destruction", "with the work that did it")
    manager.post(at + "/answer", {"note": "已删", "key_work": work})
    check(all(f["destroyed"] for f in manager.get(at + "/answer")["search"]["found"] if f["in"] == "version"), "what was found is gone")
    again = verified(a, person, "held")
    a.work("manager", again + "/search")
    later = manager.get(again)
    check(later["versions_searched"] == 2 and sorted(f.get("in", "version") for f in later["found"]) == ["held", "masked"],
          f"the new versions hold none of it; what is held for checking and what was masked before is told: {later['found']}")
    left = verified(a, other, "held")
    a.work("manager", left + "/search")
    check([f["rows"] for f in manager.get(left)["found"] if "in" not in f] == [1], "others' rows are where they were")

    # A consent that the person signed.
    insurer = a.party("示例保险公司", 61)
    a.enrol(insurer, "user", "data_user")
    a.enrol(insurer, "usersigner", "contract_signer")
    a.key(a.agency, "agency")
    a.key(insurer, "insurer")
    newest = {"dataset": first["dataset"], "version": next(f["version"] for f in manager.get(left)["found"] if "in" not in f)}
    masked = a.masked(newest, ["certno", "mdtrt_id", "begndate"], {"certno": keep, "begndate": keep}, title="同意者", identifiers_kept=["certno"])
    product = a.product(newest, masked["version"], OUT, ["file"], name="同意者名册", one_person={"subject": "certno", "inputs": ["certno"]})
    form = {"identifier": other, "product": product, "recipient": insurer, "purpose": PURPOSE, "columns": OUT, "expires_ms": int(time.time() * 1000) + 30 * 86400000}
    a.key(None, "person")
    a.key(None, "stranger")
    document = manager.post("/law/consents/text", form, status=(200,))["document"]
    check(document["identifier"] == other and document["recipient_name"] == "示例保险公司", f"it says who may learn what: {document}")
    check(document["column_names"] == {"begndate": "开始日期"} and document["purpose_name"] not in ("", PURPOSE), f"in words: {document}")
    (a.tmp / "consent.json").write_text(json.dumps(document, ensure_ascii=False, indent=1))
    sign = lambda name, file="consent.json": json.loads(a.run("sign", "--key", a.keys[name], "--json", a.tmp / file))
    signed = dict(form, evidence="窗口核验", signature=sign("person"))
    before = len(entries(a, "law.consent_recorded"))
    (a.tmp / "other.json").write_text(json.dumps(dict(document, purpose="statistics"), ensure_ascii=False))
    refused(manager.call("POST", "/law/consents", dict(signed, signature=sign("person", "other.json"))), "signature.wrong_document", "another purpose was signed")
    bent = dict(signed["signature"], signature=base64.b64encode(b"0" * 70).decode())
    refused(manager.call("POST", "/law/consents", dict(signed, signature=bent)), "signature.invalid", "a bent signature")

    # The person's certificate, of an authority that the space adopts.
    def openssl(*args):
        subprocess.run(["openssl", *map(str, args)], check=True, capture_output=True, cwd=a.tmp)

    openssl("ecparam", "-name", "SM2", "-genkey", "-noout", "-out", "ca.key")
    openssl("req", "-x509", "-new", "-key", "ca.key", "-sm3", "-sigopt", "distid:1234567812345678", "-days", "30", "-subj", "/CN=test CA", "-out", "ca.pem",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    for name in ("person", "stranger"):
        a.run("certificate", "request", "--key", a.keys[name], "--name", "某人", "--out", a.tmp / f"{name}.csr")
        openssl("x509", "-req", "-in", f"{name}.csr", "-vfyopt", "distid:1234567812345678", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-sm3", "-sigopt",
                "distid:1234567812345678", "-days", "20", "-out", f"{name}.pem")
    certificate = (a.tmp / "person.pem").read_text()
    problem = refused(manager.call("POST", "/law/consents", dict(signed, certificate=certificate)), "law.consent_certificate", "of an authority that nobody adopted")
    check("certificate.no_authority" in problem["params"]["detail"], f"which says why: {problem}")
    secadmin = a.people["secadmin"]
    secadmin.post("/certificate-authorities", {"certificate": (a.tmp / "ca.pem").read_text(), "reason": "试"}, status=(200, 201))
    refused(manager.call("POST", "/law/consents", dict(signed, certificate=(a.tmp / "stranger.pem").read_text())), "law.consent_key_differs", "another's certificate")
    check(len(entries(a, "law.consent_recorded")) == before, "nothing was recorded of any of it")
    (a.tmp / "form.json").write_text(json.dumps({k: v for k, v in dict(form, evidence="窗口核验").items()}))
    (a.tmp / "sig.json").write_text(json.dumps(signed["signature"]))
    check(json.loads(a.at_the_desk("law", "text", a.tmp / "form.json")) == document, "the command line gives the same text")
    consent = json.loads(a.at_the_desk("law", "new", "consents", a.tmp / "form.json", "--signature", a.tmp / "sig.json", "--certificate", a.tmp / "person.pem", "--json"))
    check(consent["form"]["signature"]["by"] == "certificate", f"recorded: {consent['form']}")
    a.people["pi"].post(f"/law/consents/{consent['id']}/check", {"accept": True, "note": "与证书一致"}, status=(200,))
    kept = manager.get(f"/law/consents/{consent['id']}/signature")
    check(kept["holds"] and kept["document"] == document and "某人" in kept["certificate_subject"], f"kept, and checked again: {kept}")
    manager.post("/law/consents", dict(form, identifier=third, evidence="纸质"))
    unsigned = [c["id"] for c in manager.get("/law/consents")["items"] if not c["form"].get("signature")]
    refused(manager.call("GET", f"/law/consents/{unsigned[0]}/signature"), "law.consent_not_signed", "a paper one has none", 404)
    check(not a.stored(other), f"the number stands nowhere in the clear: {a.stored(other)}")

    # The file of those who consented, checked again: exactly their rows, also after one withdrew.
    wish = a.application(product, OUT, form="file", rate_per_minute=0)
    contract = a.agree("user", "usersigner", "insurer", wish)
    a.assess(product, insurer, PURPOSE, OUT)
    release = a.work("manager", f"/contracts/{contract}/release", {"purpose": PURPOSE})
    rows_out = a.people["user"].get(f"/releases/{release['id']}")["rows"]
    check(rows_out == 1, f"one row: {release}")
    report = a.work("officer", f"/releases/{release['id']}/recheck", {})
    digest = [f for f in report["findings"] if f["check"] == "digest" or "sm3" in f["check"]]
    check(report["holds"], f"as it left: {report}")
    manager.post(f"/law/consents/{consent['id']}/withdraw", {"reason": "本人撤回"})
    later = a.work("officer", f"/releases/{release['id']}/recheck", {})
    check(later["holds"] and later["rows"] == report["rows"], f"what left is checked, whoever withdrew since: {later}")
finally:
    a.server.stop()
a.run("ledger", "verify", "--space", a.space, "--trust", a.space / "trust.txt")
print("a person's rows: found, told, deleted; a consent signed by the person; a file of those who consented checked again")
