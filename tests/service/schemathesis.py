"""Holds a started service against its OpenAPI document: schemathesis makes requests, right and wrong, of every operation.

Twice: as an inspector with ids of things that are there, and as the owner with ids of things that are not, so that nothing is taken away
that the other requests are about.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
# requests for each operation in each of the two rounds
EXAMPLES = int(os.environ.get("TIERLIGHT_EXAMPLES", "12"))
# beyond this something hangs; a quiet machine takes some three minutes
SECONDS = 900


def start(program, folder):
    flags = ["limits.requests_per_minute=10000000", "limits.sign_ins_per_minute=10000000", "limits.queued_jobs=100000",
             "limits.queued_jobs_of_organisation=100000"]
    command = [program, "serve", "--show-key", "--listen", "127.0.0.1:0", "--data-dir", str(folder / "data")]
    for flag in flags:
        command += ["--set", flag]
    log = open(folder / "service.log", "w")
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    told = {}
    for line in server.stdout:
        for mark, name in [("tierlight serves ", "url"), ("owner's key, shown this once: ", "key"), ("open this once in a browser: ", "link")]:
            if line.startswith(mark):
                told[name] = line[len(mark):].strip()
        if "link" in told:
            return server, told
    sys.exit("the service ended: " + (folder / "service.log").read_text())


def prepare(told):
    """Ids of things that are there, and an inspector's key."""
    api = told["url"] + "/api/v1"
    owner = requests.Session()
    owner.headers["Authorization"] = "Bearer " + told["key"]

    def ask(method, path, **more):
        answer = owner.request(method, api + path, **more)
        if answer.status_code >= 400:
            sys.exit(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def finish(job):
        for _ in range(600):
            found = ask("GET", "/jobs/" + job)
            if found["state"] in ("done", "failed", "cancelled"):
                return found
            time.sleep(0.1)
        sys.exit(f"{job} does not end")

    network = ask("POST", "/networks", json={"name": "Sialkot"})["id"]
    files = [("file", (p.name, p.read_bytes())) for p in sorted((ROOT / "examples/sialkot").glob("*.csv"))]
    options = ("options", (None, json.dumps({"as_of": "2026-11-23"}), "application/json"))
    version = ask("POST", f"/networks/{network}/versions", files=[options, *files])
    finish(version["job"])
    run = ask("POST", "/runs", json={"version": version["id"], "options": {"draws": 20}})
    finish(run["job"])
    plan = ask("POST", f"/runs/{run['id']}/plans", json={"for": "brand", "buyer": "BR-01"})
    finish(plan["job"])
    mapping = ask("POST", "/mappings", json={"name": "saved", "mapping": {}})["id"]
    key = ask("POST", "/keys", json={"name": "schemathesis", "role": "inspector"})
    there = {"path.network": network, "path.version": version["id"], "path.run": run["id"], "path.result": plan["id"], "path.job": run["job"],
             "path.mapping": mapping, "path.site": "HC-11", "query.before": run["id"]}
    return key["secret"], there


def hold(told, folder, name, key, there):
    settings = folder / f"{name}.toml"
    lines = [f"{json.dumps(k)} = {json.dumps(v)}" for k, v in there.items()]
    # any header may come along with a request that names one, and any text is a table: a job says what is wrong with it
    free = ['[[operations]]', 'include-operation-id = "{}"', 'checks.negative_data_rejection.enabled = false', '']
    free = "".join("\n".join(free).format(operation) for operation in ["follow_job", "upload_version"])
    settings.write_text("[parameters]\n" + "\n".join(lines) + "\n" + free)
    command = [str(pathlib.Path(sys.executable).parent / "schemathesis"), "--config-file", str(settings), "run",
               str(ROOT / "schemas/openapi.json"), "--url", told["url"], "--header", "Authorization: Bearer " + key,
               "--max-examples", str(EXAMPLES), "--phases", "examples,coverage,fuzzing", "--seed", "1", "--no-shrink", "--suppress-health-check", "all", "--continue-on-failure",
               "--workers", "1", "--request-timeout", "30", "--warnings", "off",
               # event streams of jobs that are over end at once; what is right in form may still name nothing that is there
               "--exclude-checks", "positive_data_acceptance"]
    return subprocess.run(command, cwd=folder).returncode


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        server, told = start(program, folder)
        begun = time.time()
        try:
            key, there = prepare(told)
            failed = hold(told, folder, "there", key, there) or hold(told, folder, "nowhere", told["key"], {})
            alive = requests.get(told["url"] + "/readyz", timeout=10).status_code == 200
        finally:
            server.terminate()
            server.wait(60)
        log = (folder / "service.log").read_text()
        broken = [line for line in log.splitlines() if "internal" in line or "panicked" in line]
    took = time.time() - begun
    print(f"{took:.0f} s")
    if failed or broken or not alive:
        sys.exit("\n".join(["the service and its OpenAPI document differ", *broken[:20]]))
    if took > SECONDS:
        sys.exit(f"it took more than {SECONDS} s")


main()
