#!/usr/bin/env python3
"""Compares the files below deploy/ with a server that runs, and with each other. scripts/check_deploy.sh calls it.

  check_deploy.py SLIPWAY WORK

* every settings file starts a server (of the bundled example) without a warning, and so does what `slipway eas-config` writes;
* probes, the scrape and the image's health check ask routes that answer;
* every metric and label in dashboard, alerts and adapter is one that the server exposes;
* times fit: what stops a server waits longer than it drains;
* the image installs the Debian libraries that the program is linked to.

WORK/image holds what collect_runtime.sh gathered. Written into WORK for promtool: every expression as a rule (expressions.yml), and the
configurations (prometheus/), without the discovery that a promtool may be built without.
"""

import json
import pathlib
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
EXAMPLE = ROOT / "Examples/multi_tower_din"
# What Prometheus adds to a target's series.
TARGET_LABELS = {"job", "instance", "namespace", "pod", "le"}
problems = []


def check(is_true, complaint):
    if not is_true:
        problems.append(complaint)


def documents(path):
    return [each for each in yaml.safe_load_all(path.read_text(encoding="utf-8")) if each]


def manifest(name):
    return documents(DEPLOY / "kubernetes" / f"{name}.yaml")[0]


# Settings and the server


def settings_files():
    yield "deploy/serve.yaml", (DEPLOY / "serve.yaml").read_text(encoding="utf-8")
    yield "deploy/kubernetes/configmap.yaml", manifest("configmap")["data"]["serve.yaml"]


def here(work, text):
    """A settings file for the bundled example on this machine, only places and port changed; its model and token."""
    settings = yaml.safe_load(text)
    settings["models"] = {model: str(work / "package") for model in settings["models"]}
    settings["port"], settings["grpc_port"], settings["host"] = 0, 0, "127.0.0.1"
    token = None
    for key in ("request_save_path", "warmup_data_path"):
        if key in settings:
            settings[key] = str(work / key)
    if "token_file" in settings:
        token = "check-token"
        (work / "tokens").write_text(token + "\n", encoding="utf-8")
        settings["token_file"] = str(work / "tokens")
    config = work / "serve.yaml"
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return config, next(iter(settings["models"])), token


class Server:
    """A server with the settings of a file."""

    def __init__(self, slipway, work, name, config, model, token, *more):
        self.model, self.token = model, token
        self.log = work / "serve.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([slipway, "serve", "--config", config, *more], stdout=log, stderr=log)
        self.port = self.grpc_port = None
        for _ in range(600):
            for line in self.log.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line) if line.startswith("{") else {}
                if entry.get("message") == "ready":
                    self.port, self.grpc_port = int(entry["port"]), int(entry.get("grpc_port", 0))
            if self.port or self.process.poll() is not None:
                break
            time.sleep(0.05)
        text = self.log.read_text(encoding="utf-8")
        if not self.port:
            raise SystemExit(f"check_deploy: no server starts with {name}:\n{text}")
        for line in text.splitlines():
            check('"message":"configuration"' not in line, f"{name}: {line}")

    def get(self, path, body=None, token=None):
        """Status and text of an answer."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def speaks_http2(self):
        """Whether the gRPC port answers the first words of an HTTP/2 client with its settings."""
        try:
            with socket.create_connection(("127.0.0.1", self.grpc_port), 10) as connection:
                connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
                return connection.recv(9)[3:4] == b"\4"
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        check(self.process.wait(60) == 0, "a stopped server ends with an error")


def example_body():
    def tensor(name, datatype, shape, data):
        return {"name": name, "datatype": datatype, "shape": shape, "data": data}

    tensors = [
        tensor("item_ids", "BYTES", [2], ["a", "b"]),
        tensor("user_id", "INT64", [1], [87]),
        tensor("age", "FP32", [1], [0.5]),
        tensor("income", "FP64", [1], [0.25]),
        tensor("profile", "FP32", [1, 4], [0.1, 0.2, 0.3, 0.4]),
        # The second id lies outside its table.
        tensor("item_id", "INT64", [2], [48, 50_000_000]),
        tensor("price", "FP32", [2], [0.9, 1.5]),
        tensor("item_vec", "FP32", [2, 4], [0.1] * 8),
    ]
    return json.dumps({"inputs": tensors}).encode()


def check_routes(server):
    container = manifest("deployment")["spec"]["template"]["spec"]["containers"][0]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        path = container[probe]["httpGet"]["path"]
        check(server.get(path)[0] == 200, f"deployment.yaml: {probe} asks {path}, which a ready server does not answer by 200")
    haproxy = (DEPLOY / "haproxy/haproxy.cfg").read_text(encoding="utf-8")
    path = re.search(r"http-check send meth GET uri (\S+)", haproxy).group(1)
    check(server.get(path)[0] == 200, f"haproxy.cfg asks {path}, which a ready server does not answer by 200")
    health = DEPLOY / "docker/healthcheck.sh"
    for port, is_up in ((server.port, True), (1, False)):
        result = subprocess.run(["bash", health], env={"SLIPWAY_PORT": str(port), "PATH": "/usr/bin:/bin"}, capture_output=True)
        check((result.returncode == 0) == is_up, f"healthcheck.sh ends with {result.returncode} at port {port}")
    check(server.speaks_http2(), "the gRPC port does not speak HTTP/2")
    if server.token:
        check(server.get("/metrics")[0] == 401, "the metrics are there without a token")


def check_eas(slipway, work):
    """The service JSON serves, its container's command is a command, and its probes ask what answers."""
    config = work / "eas.json"
    place = ["--image", "registry/slipway", "--oss", "oss://bucket/ranker", "--mount-path", work / "package"]
    command = [slipway, "eas-config", work / "package", "--name", "ranker", "--group", "feed", *place, "--output", config]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"check_deploy: eas-config: {result.stderr}")
    container = json.loads(config.read_text(encoding="utf-8"))["containers"][0]
    words = shlex.split(container["script"])
    check(words[:3] == ["slipway", "serve", f"feed/ranker={work / 'package'}"], f"eas-config: the container runs {words}")
    check(f"--port={container['port']}" in words, f"eas-config: port {container['port']} is not that of {words}")
    server = Server(slipway, work, "eas-config", config, "feed/ranker", None, "--host", "127.0.0.1", "--port", "0")
    try:
        for probe in ("startup_check", "readiness_check", "liveness_check"):
            path = container[probe]["http_get"]["path"]
            check(server.get(path)[0] == 200, f"eas-config: {probe} asks {path}, which a ready server does not answer by 200")
        status, answer = server.get("/v2/models/feed/ranker/infer", example_body())
        check(status == 200, f"eas-config: the example's request is answered by {status}: {answer}")
    finally:
        server.stop()


# Metrics


def exposed(text):
    """The server's metrics: name to its labels. A histogram has three names."""
    found = {"up": set()}
    for line in text.splitlines():
        if match := re.match(r"(\w+)(?:\{(.*)\})? \S+$", line):
            found.setdefault(match[1], set()).update(re.findall(r'(\w+)="', match[2] or ""))
    return found


def expressions():
    """Every PromQL expression below deploy/, with where it stands."""
    dashboard = json.loads((DEPLOY / "grafana/slipway.json").read_text(encoding="utf-8"))
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield f"dashboard, {panel['title']}", target["expr"]
    for annotation in dashboard["annotations"]["list"]:
        yield f"dashboard, {annotation['name']}", annotation["expr"]
    for variable in dashboard["templating"]["list"]:
        if match := re.fullmatch(r"label_values\((\w+), (\w+)\)", variable.get("definition", "")):
            yield f"dashboard, variable {variable['name']}", f"count by ({match[2]}) ({match[1]})"
    for group in documents(DEPLOY / "prometheus/alerts.yml")[0]["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]
    for rule in documents(DEPLOY / "prometheus/adapter.yaml")[0]["rules"]["custom"]:
        yield "adapter, series", rule["seriesQuery"]
        yield "adapter, query", rule["metricsQuery"].replace("<<.LabelMatchers>>", 'pod="a"').replace("<<.GroupBy>>", "pod")


def plain(expression):
    """Without what Grafana puts in."""
    return expression.replace("$__rate_interval", "5m").replace("$model", ".*").replace("$instance", ".*")


def redis_metrics(slipway, work):
    """What a server with item features in Redis exposes beside the others; None where Redis is not installed."""
    if not (shutil.which("redis-server") and shutil.which("redis-cli")):
        print("check_deploy: metrics of Redis are not compared: no redis-server")
        return None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"redis://127.0.0.1:{port}"
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", work]
    redis = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        load = ["items", "load", "--items", EXAMPLE / "data/eval.parquet", "--redis", address, "--generation", "g"]
        subprocess.run([slipway, *load], check=True, capture_output=True)
        # An item that is none.
        subprocess.run(["redis-cli", "-p", str(port), "set", "item:g:a", "text"], check=True, capture_output=True)
        server = Server(slipway, work, *next(settings_files()), "--items", address)
        try:
            path = f"/v2/models/{server.model}/infer"
            status, answer = server.get(path, example_body(), server.token)
            check(status == 200, f"with Redis the example's request is answered by {status}: {answer}")
            return server.get("/metrics", token=server.token)[1]
        finally:
            server.stop()
    finally:
        redis.terminate()
        redis.wait(30)


def check_expressions(text, work, redis):
    found = exposed(text + (redis or ""))
    rules = []
    for where, expression in expressions():
        expression = plain(expression)
        rules.append({"record": f"check:{len(rules)}", "expr": expression})
        bare = re.sub(r'"[^"]*"', '""', expression)
        names = set(re.findall(r"\b(?:slipway|process)_\w+|\bup\b", bare))
        check(names, f"{where}: no metric in {expression}")
        if redis is None and any(name.startswith("slipway_redis_") for name in names):
            continue
        for name in sorted(names):
            check(name in found, f"{where}: the server exposes no {name}")
        labels = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", bare))
        for group in re.findall(r"\b(?:by|on)\s*\(([^)]*)\)", bare):
            labels.update(part.strip() for part in group.split(",") if part.strip())
        known = set().union(*(found.get(name, set()) for name in names)) | TARGET_LABELS
        for label in sorted(labels - known):
            check(False, f"{where}: none of {', '.join(sorted(names))} has the label {label}")
    groups = {"groups": [{"name": "expressions", "rules": rules}]}
    (work / "expressions.yml").write_text(yaml.safe_dump(groups), encoding="utf-8")
    return len(rules)


def write_prometheus(work):
    """The configurations, with the token they name."""
    folder = work / "prometheus"
    folder.mkdir()
    shutil.copy(DEPLOY / "prometheus/alerts.yml", folder)
    rules = folder / "alerts.yml"
    rules.rename(folder / "alerts.rules")
    for name in ("prometheus.yml", "kubernetes.yml"):
        config = documents(DEPLOY / "prometheus" / name)[0]
        config["rule_files"] = ["alerts.rules"]
        for job in config["scrape_configs"]:
            # Debian's promtool is built without it.
            if job.pop("kubernetes_sd_configs", None):
                job["static_configs"] = [{"targets": ["localhost:8080"]}]
            if "authorization" in job:
                (folder / "token").write_text("t", encoding="utf-8")
                job["authorization"]["credentials_file"] = "token"
        (folder / name).write_text(yaml.safe_dump(config), encoding="utf-8")


# Agreement of the files


def seconds(text):
    number, unit = re.fullmatch(r"(\d+)(ms|s|m)?", str(text)).groups()
    return int(number) * {"ms": 0.001, "s": 1, "m": 60, None: 1}[unit]


def check_agreement():
    settings = {name: yaml.safe_load(text) for name, text in settings_files()}
    plain_settings, cluster = settings["deploy/serve.yaml"], settings["deploy/kubernetes/configmap.yaml"]
    for key in ("port", "grpc_port", "queue_size", "request_timeout_ms", "drain_timeout_ms", "models"):
        check(plain_settings[key] == cluster[key], f"serve.yaml and configmap.yaml differ in {key}")
    drain = cluster["drain_timeout_ms"] / 1000
    port, grpc_port = cluster["port"], cluster["grpc_port"]

    pod = manifest("deployment")["spec"]["template"]
    container = pod["spec"]["containers"][0]
    before = int(container["lifecycle"]["preStop"]["exec"]["command"][-1])
    grace = pod["spec"]["terminationGracePeriodSeconds"]
    check(grace > before + drain, f"deployment.yaml: {grace} s of grace for {before} s before and {drain:.0f} s of draining")
    check(container["ports"][0]["containerPort"] == port, "deployment.yaml: another port than the settings'")
    check(container["ports"][1]["containerPort"] == grpc_port, "deployment.yaml: another gRPC port than the settings'")
    check(pod["metadata"]["annotations"]["prometheus.io/port"] == str(port), "deployment.yaml: another port is scraped")
    cpu = container["resources"]
    check(cpu["requests"]["cpu"] == cpu["limits"]["cpu"], "deployment.yaml: fewer processors are requested than threads start")
    labels = pod["metadata"]["labels"].items()
    for name, selector in (
        ("service", manifest("service")["spec"]["selector"]),
        ("service-grpc", manifest("service-grpc")["spec"]["selector"]),
        ("pdb", manifest("pdb")["spec"]["selector"]["matchLabels"]),
        ("networkpolicy", manifest("networkpolicy")["spec"]["podSelector"]["matchLabels"]),
        ("deployment", manifest("deployment")["spec"]["selector"]["matchLabels"]),
    ):
        check(selector.items() <= labels, f"{name}.yaml selects other pods than the deployment's")
    names = [each["name"] for each in container["ports"]]
    check([each["targetPort"] for each in manifest("service")["spec"]["ports"]] == names, "service.yaml: other ports than the pod's")
    grpc_service = manifest("service-grpc")["spec"]["ports"][0]
    check((grpc_service["targetPort"], grpc_service["port"]) == (names[1], grpc_port), "service-grpc.yaml: another port than the pod's")
    allowed = [each["port"] for rule in manifest("networkpolicy")["spec"]["ingress"] for each in rule["ports"]]
    check(set(allowed) == set(names), "networkpolicy.yaml: other ports than the pod's")
    volumes = {volume["name"] for volume in pod["spec"]["volumes"]}
    for mount in container["volumeMounts"]:
        check(mount["name"] in volumes, f"deployment.yaml: no volume {mount['name']}")
    mounts = tuple(mount["mountPath"] + "/" for mount in container["volumeMounts"])
    for path in (*cluster["models"].values(), cluster["token_file"], cluster["request_save_path"], cluster["warmup_data_path"]):
        check(path.startswith(mounts), f"configmap.yaml: nothing is mounted at {path}")
    named = {each["name"] for each in documents(DEPLOY / "kubernetes/kustomization.yaml")[0]["images"]}
    check(container["image"].rsplit(":", 1)[0] in named, "kustomization.yaml names another image than deployment.yaml")
    listed = set(documents(DEPLOY / "kubernetes/kustomization.yaml")[0]["resources"])
    there = {path.name for path in (DEPLOY / "kubernetes").glob("*.yaml")} - {"kustomization.yaml"}
    check(listed == there, f"kustomization.yaml and the folder differ: {sorted(listed ^ there)}")

    hpa = manifest("hpa")["spec"]
    custom = documents(DEPLOY / "prometheus/adapter.yaml")[0]["rules"]["custom"]
    made = {rule["name"]["as"] for rule in custom}
    for metric in hpa["metrics"]:
        if metric["type"] == "Pods":
            name = metric["pods"]["metric"]["name"]
            check(name in made, f"hpa.yaml wants {name}, which adapter.yaml does not make")
    check(hpa["scaleTargetRef"]["name"] == manifest("deployment")["metadata"]["name"], "hpa.yaml scales something else")

    server = documents(DEPLOY / "compose/compose.yaml")[0]["services"]["slipway"]
    check(seconds(server["stop_grace_period"]) > drain, "compose.yaml: the server is killed before it has drained")
    unit = (DEPLOY / "systemd/slipway.service").read_text(encoding="utf-8")
    check(seconds(re.search(r"(?m)^TimeoutStopSec=(\S+)", unit)[1]) > drain, "slipway.service: killed before it has drained")
    haproxy = (DEPLOY / "haproxy/haproxy.cfg").read_text(encoding="utf-8")
    patience = seconds(re.search(r"timeout server (\S+)", haproxy)[1])
    check(patience > cluster["request_timeout_ms"] / 1000, "haproxy.cfg gives up before the server answers 408")

    dockerfile = (DEPLOY / "docker/Dockerfile").read_text(encoding="utf-8")
    check(f"EXPOSE {port} {grpc_port}\n" in dockerfile, "Dockerfile exposes other ports than the settings'")
    published = documents(DEPLOY / "compose/compose.yaml")[0]["services"]["slipway"]["ports"]
    check([int(each.rsplit(":", 1)[1]) for each in published] == [port, grpc_port], "compose.yaml: other ports than the settings'")
    user = re.search(r"(?m)^USER (\d+):", dockerfile)[1]
    check(pod["spec"]["securityContext"]["runAsUser"] == int(user), "deployment.yaml and Dockerfile have different users")


# Libraries


def with_dependencies(packages):
    """The packages and those that come with them, as far as this machine has them."""
    known, left = set(), list(packages)
    while left:
        package = left.pop()
        if package in known:
            continue
        known.add(package)
        depends = subprocess.run(["dpkg-query", "-W", "-f", "${Depends}", package], capture_output=True, text=True).stdout
        left += [name for name in (re.split(r"[\s(:|]", part.strip())[0] for part in depends.split(",")) if name]
    return known


def check_libraries(work):
    """The gathered folder and Debian's packages are all that the program needs."""
    image = work / "image"
    program = image / "bin/slipway"
    library_path = str(image / "lib/slipway")
    listing = subprocess.run(["ldd", program], env={"LD_LIBRARY_PATH": library_path}, check=True, capture_output=True, text=True).stdout
    system = []
    for name, path in re.findall(r"(\S+) => (\S+)", listing):
        if path.startswith(library_path):
            continue
        check("-linux-gnu/" in path, f"{name} is {path}, which the image does not have")
        system.append(path)
    if not shutil.which("dpkg-query"):
        print("check_deploy: Debian's packages are not compared: no dpkg-query")
        return
    dockerfile = (DEPLOY / "docker/Dockerfile").read_text(encoding="utf-8")
    named = re.search(r"apt-get install -y --no-install-recommends(.*?)&&", dockerfile, re.DOTALL)[1].replace("\\", " ").split()
    installed = with_dependencies(named)
    for path in system:
        owner = None
        for candidate in (path, "/usr" + path, path.removeprefix("/usr"), str(pathlib.Path(path).resolve())):
            result = subprocess.run(["dpkg-query", "-S", candidate], capture_output=True, text=True)
            if result.returncode == 0:
                owner = result.stdout.split(":")[0]
                break
        check(owner in installed, f"Dockerfile does not install {owner}, which brings {path}")


def main():
    slipway, work = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    check_agreement()
    check_libraries(work)
    write_prometheus(work)
    export = ["export", "--pipeline_config_path", "pipeline.config", "--export_dir", work / "package"]
    result = subprocess.run([slipway, *export], cwd=EXAMPLE, capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"check_deploy: the example is not exported:\n{result.stderr}")
    # The rows' item columns serve as item features.
    items = EXAMPLE / "data/eval.parquet"
    redis = redis_metrics(slipway, work)
    count = 0
    for name, text in settings_files():
        server = Server(slipway, work, name, *here(work, text), "--items", items)
        try:
            check_routes(server)
            path = f"/v2/models/{server.model}/infer"
            status, answer = server.get(path, example_body(), server.token)
            check(status == 200, f"{name}: the example's request is answered by {status}: {answer}")
            server.get(f"/api/predict/{server.model}", b"\xff", server.token)
            status, text = server.get("/metrics", token=server.token)
            count = check_expressions(text, work, redis)
        finally:
            server.stop()
    check_eas(slipway, work)
    for problem in problems:
        print(f"check_deploy: {problem}", file=sys.stderr)
    if problems:
        raise SystemExit(1)
    print(f"deploy: settings, eas-config, routes, libraries and {count} expressions agree with the server")


if __name__ == "__main__":
    main()
