"""Other tools at the same work: `cargo xtask compare` runs this. Answers must agree with tierlight's to 1e-9.

Reads what `benches/compare/main.rs` wrote (two sizes of one network), the network's files, and prints Markdown. Loading is not timed,
but for whole runs. What a tool does not finish in time at the full size it is given again at the small size; the table says which.
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import time

import numpy as np

AGREE = 1e-9
CONVERGED = 1e-12
# what a tier hands on is dropped below this: a hub adds up very many
DROPPED = 1e-15


class Timeout(Exception):
    """A tool took too long."""


class Data:
    """One size of the network, with tierlight's answers."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.ours = json.loads((self.folder / "ours.json").read_text())
        self.times = self.ours["times"]
        self.sites = self.ours["sites"]
        self.offsets = self.load("offsets").astype(np.int32)
        self.targets = self.load("targets").astype(np.int32)
        self.weights = self.load("weights")
        self.cache = {}

    def load(self, name):
        return np.load(self.folder / f"{name}.npy")

    def once(self, name, make):
        if name not in self.cache:
            self.cache[name] = make()
        return self.cache[name]

    def buyer(self, name):
        return self.ours["buyers"][name]["position"]

    def rows(self):
        return self.once("rows", lambda: np.repeat(np.arange(self.sites, dtype=np.int32), np.diff(self.offsets)))

    def csr(self):
        from scipy.sparse import csr_matrix

        return self.once("csr", lambda: csr_matrix((self.weights, self.targets, self.offsets), shape=(self.sites, self.sites)))

    def by_site(self):
        """The same in the order of the network's own rows, and where each position goes."""
        from scipy.sparse import csr_matrix

        def make():
            at = self.load("site_at")
            moved = csr_matrix((self.weights, (at[self.rows()], at[self.targets])), shape=(self.sites, self.sites))
            moved.sort_indices()
            return moved, at

        return self.once("by_site", make)

    def transposed(self):
        return self.once("transposed", lambda: self.csr().T.tocsr())

    def networkx(self):
        import networkx as nx

        def make():
            graph = nx.DiGraph()
            graph.add_nodes_from(range(self.sites))
            graph.add_weighted_edges_from(zip(self.targets.tolist(), self.rows().tolist(), self.weights.tolist()))
            return graph

        return self.once("networkx", make)

    def igraph(self):
        import igraph

        return self.once("igraph", lambda: igraph.Graph(self.sites, np.column_stack((self.targets, self.rows())), directed=True))

    def rustworkx(self):
        import rustworkx

        def make():
            graph = rustworkx.PyDiGraph(multigraph=True)
            graph.add_nodes_from(range(self.sites))
            graph.extend_from_edge_list(list(zip(self.targets.tolist(), self.rows().tolist())))
            return graph

        return self.once("rustworkx", make)

    def frame(self):
        import pandas

        columns = lambda: {"buyer": self.rows(), "supplier": self.targets, "a": self.weights}
        return self.once("frame", lambda: pandas.DataFrame(columns()))

    def duckdb(self):
        import duckdb

        def make():
            links = self.frame()
            connection = duckdb.connect()
            connection.execute("SET threads TO 2")
            connection.execute("CREATE TABLE links AS SELECT * FROM links")
            return connection

        return self.once("duckdb", make)


def iterate(matrix, right):
    """x = right + matrix x, until no number moves by more than 1e-12."""
    x = right
    while True:
        moved = right + matrix @ x
        if np.abs(moved - x).max() <= CONVERGED:
            return moved
        x = moved


# what is worked out: (key, words, our time's name, answer to compare with)
# each tool: a function of the data that prepares, and returns the function that is timed; that one returns its answer


def scipy_exposure(d):
    """Whichever order suits scipy better: ours, or the network's own."""
    matrix, right = d.csr(), d.load("right_1")
    moved, at = d.by_site()
    elsewhere = np.empty_like(right)
    elsewhere[at] = right
    started = time.perf_counter()
    iterate(matrix, right)
    first = time.perf_counter() - started
    started = time.perf_counter()
    iterate(moved, elsewhere)
    if time.perf_counter() - started < first:
        return lambda: iterate(moved, elsewhere)[at]
    return lambda: iterate(matrix, right)


def spsolve_exposure(d):
    from scipy.sparse import identity
    from scipy.sparse.linalg import spsolve

    system, right = (identity(d.sites, format="csc") - d.csr()).tocsc(), d.load("right_1")
    return lambda: spsolve(system, right)


def numpy_exposure(d):
    rows, right = d.rows(), d.load("right_1")

    def run():
        x = right
        while True:
            moved = right + np.bincount(rows, d.weights * x[d.targets], minlength=d.sites)
            if np.abs(moved - x).max() <= CONVERGED:
                return moved
            x = moved

    return run


def networkx_exposure(d):
    graph, right = d.networkx(), d.load("right_1").tolist()

    def run():
        x = list(right)
        while True:
            moved = [r + sum(x[i] * link["weight"] for i, link in graph.pred[j].items()) for j, r in enumerate(right)]
            if max(abs(a - b) for a, b in zip(moved, x)) <= CONVERGED:
                return np.array(moved)
            x = moved

    return run


def scipy_wide(d):
    matrix, right = d.csr(), d.load("right_16")
    return lambda: iterate(matrix, right)


def same_components(labels, d):
    """1 where two tools part the sites differently."""
    first = np.full(labels.max() + 1, d.sites, dtype=np.int64)
    np.minimum.at(first, labels, np.arange(d.sites))
    return first[labels]


def scipy_components(d):
    from scipy.sparse.csgraph import connected_components

    matrix = d.csr()
    return lambda: connected_components(matrix, directed=True, connection="strong")[1], lambda labels: same_components(labels, d)


def listed_components(found, d):
    labels = np.empty(d.sites, dtype=np.int64)
    for number, members in enumerate(found):
        labels[list(members)] = number
    return same_components(labels, d)


def igraph_components(d):
    graph = d.igraph()
    return lambda: graph.connected_components(mode="strong").membership, lambda m: same_components(np.array(m), d)


def rustworkx_components(d):
    import rustworkx

    graph = d.rustworkx()
    return lambda: rustworkx.strongly_connected_components(graph), lambda found: listed_components(found, d)


def networkx_components(d):
    import networkx as nx

    graph = d.networkx()
    return lambda: list(nx.strongly_connected_components(graph)), lambda found: listed_components(found, d)


def with_buyer(found, d, buyer):
    return np.array(sorted(set(found) | {d.buyer(buyer)}), dtype=np.int64)


def scipy_upstream(d, buyer):
    from scipy.sparse.csgraph import breadth_first_order

    matrix, start = d.csr(), d.buyer(buyer)
    return lambda: breadth_first_order(matrix, start, directed=True, return_predecessors=False), lambda f: np.sort(f).astype(np.int64)


def igraph_upstream(d, buyer):
    graph, start = d.igraph(), d.buyer(buyer)
    return lambda: graph.subcomponent(start, mode="in"), lambda found: with_buyer(found, d, buyer)


def rustworkx_upstream(d, buyer):
    import rustworkx

    graph, start = d.rustworkx(), d.buyer(buyer)
    return lambda: rustworkx.ancestors(graph, start), lambda found: with_buyer(found, d, buyer)


def networkx_upstream(d, buyer):
    import networkx as nx

    graph, start = d.networkx(), d.buyer(buyer)
    return lambda: nx.ancestors(graph, start), lambda found: with_buyer(found, d, buyer)


def scipy_multipliers(d, buyer):
    matrix, right = d.transposed(), np.zeros(d.sites)
    right[d.buyer(buyer)] = 1.0
    return lambda: iterate(matrix, right)


def pandas_multipliers(d, buyer):
    """Tier by tier: join the tier with the links of its sites, sum by supplier."""
    import pandas

    links, start = d.frame(), d.buyer(buyer)

    def run():
        layer = pandas.DataFrame({"buyer": [start], "weight": [1.0]})
        total = np.zeros(d.sites)
        while len(layer):
            total[layer["buyer"].to_numpy()] += layer["weight"].to_numpy()
            joined = links.merge(layer, on="buyer")
            layer = (joined["a"] * joined["weight"]).groupby(joined["supplier"]).sum().rename("weight").rename_axis("buyer").reset_index()
            layer = layer[layer["weight"] > DROPPED]
        return total

    return run


def duckdb_multipliers(d, buyer):
    """As pandas, with the tiers in a database."""
    connection, start = d.duckdb(), d.buyer(buyer)

    def run():
        connection.execute("CREATE OR REPLACE TABLE tiers AS SELECT ?::INTEGER AS site, 1.0::DOUBLE AS weight", [start])
        connection.execute("CREATE OR REPLACE TABLE layer AS SELECT * FROM tiers")
        while connection.execute("SELECT count(*) FROM layer").fetchone()[0]:
            connection.execute(
                f"""CREATE OR REPLACE TABLE layer AS SELECT supplier AS site, sum(weight * a) AS weight
                FROM layer JOIN links ON links.buyer = layer.site GROUP BY supplier HAVING sum(weight * a) > {DROPPED}"""
            )
            connection.execute("INSERT INTO tiers SELECT * FROM layer")
        found = connection.execute("SELECT site, sum(weight) AS weight FROM tiers GROUP BY site").fetchnumpy()
        total = np.zeros(d.sites)
        total[found["site"]] = found["weight"]
        return total

    return run


def for_buyer(work, buyer):
    return lambda d: work(d, buyer)


# work, key of our time, our answer, [(tool, function, starts at the small size)], target as a ratio
EXPOSURE = "exposure of all sites to one hazard, plan given"
WORK = [
    (
        EXPOSURE,
        "solve_1",
        "solved_1",
        [
            ("scipy CSR iteration", scipy_exposure, False, 12),
            ("numpy iteration (bincount)", numpy_exposure, False, None),
            ("scipy spsolve (SuperLU)", spsolve_exposure, True, None),
            ("networkx iteration", networkx_exposure, True, 300),
        ],
    ),
    ("16 right-hand sides, one thread", "solve_16", "solved_16", [("scipy CSR × 16 columns", scipy_wide, False, None)]),
    ("the same exposure, tierlight on one thread", "solve_1_alone", "solved_1", [("scipy CSR iteration", scipy_exposure, False, None)]),
    (
        "strongly connected components",
        "components",
        "components",
        [
            ("scipy", scipy_components, False, None),
            ("igraph", igraph_components, False, None),
            ("rustworkx", rustworkx_components, False, None),
            ("networkx", networkx_components, True, None),
        ],
    ),
]
for buyer, words in (("broad", "widest final buyer"), ("narrow", "buyer of under 1 % upstream")):
    WORK.append(
        (
            f"sites upstream of one buyer: {words}",
            f"upstream_{buyer}",
            f"upstream_{buyer}",
            [
                ("scipy breadth_first_order", for_buyer(scipy_upstream, buyer), False, None),
                ("igraph subcomponent", for_buyer(igraph_upstream, buyer), False, None),
                ("rustworkx ancestors", for_buyer(rustworkx_upstream, buyer), False, None),
                ("networkx ancestors", for_buyer(networkx_upstream, buyer), True, None),
            ],
        )
    )
    WORK.append(
        (
            f"multipliers of all sites for one buyer: {words}",
            f"multipliers_{buyer}",
            f"multipliers_{buyer}",
            [
                ("scipy transposed iteration", for_buyer(scipy_multipliers, buyer), False, None),
                ("duckdb, joined tier by tier", for_buyer(duckdb_multipliers, buyer), False, None),
                ("pandas, joined tier by tier", for_buyer(pandas_multipliers, buyer), False, None),
            ],
        )
    )


def timed(work, limit):
    """Least seconds of up to three runs, and the answer; runs that would pass the limit are not begun."""

    def stop(*_):
        raise Timeout

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(limit)
    try:
        prepared = work()
        run, shape = prepared if isinstance(prepared, tuple) else (prepared, lambda x: x)
        signal.alarm(limit)
        least, spent = float("inf"), 0.0
        for _ in range(3):
            started = time.perf_counter()
            answer = run()
            seconds = time.perf_counter() - started
            least, spent = min(least, seconds), spent + seconds
            if spent + seconds > limit / 2:
                break
        signal.alarm(0)
        return least, shape(answer)
    finally:
        signal.alarm(0)


def difference(answer, ours):
    if answer.shape != ours.shape:
        return float("inf")
    return float(np.abs(answer.astype(np.float64) - ours.astype(np.float64)).max())


def in_child(data, work, limit):
    """Runs a tool in a process of its own: what cannot be stopped by a signal is killed, and its memory is given back."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        result = None
        try:
            result = work()
        except Timeout:
            result = {"late": True}
        except Exception as error:  # told to the parent, which stops
            result = {"error": f"{type(error).__name__}: {error}"}
        with os.fdopen(write, "w") as out:
            out.write(json.dumps(result))
        os._exit(0)
    os.close(write)
    # preparing and running may each take the limit
    deadline = time.monotonic() + 2 * limit + 10
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(read)
            return {"late": True}
        time.sleep(0.05)
    with os.fdopen(read) as text:
        return json.loads(text.read() or '{"late": true}')


def measure(data, tool, work, ours_name, limit):
    """Seconds and greatest difference of one tool on one size; nothing when it is late."""

    def run():
        seconds, answer = timed(lambda: work(data), limit)
        return {"seconds": seconds, "difference": difference(answer, data.load(ours_name))}

    found = in_child(data, run, limit)
    if "error" in found:
        sys.exit(f"{tool}: {found['error']}")
    if found.get("late"):
        return None
    if not found["difference"] <= AGREE:
        sys.exit(f"{tool} at {data.sites} sites differs by {found['difference']} from {ours_name}: not the same answer")
    return found


def time_words(seconds):
    if seconds < 1e-3:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def ratio_words(ratio):
    return f"{ratio:,.0f} ×" if ratio >= 100 else f"{ratio:.2g} ×" if ratio < 10 else f"{ratio:.0f} ×"


def least_words(target, ratio):
    return "" if target is None else f"≥ {target} ×: {'met' if ratio >= target else '**missed**'}"


def most_words(target, ratio):
    return f"≤ {target:g} ×: {'met' if ratio <= target else '**missed**'}"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def solves(large, limit):
    """3,000 solves: blocks of 16 columns on both threads, against scipy's 16 columns on one and on two threads."""
    from concurrent.futures import ThreadPoolExecutor

    columns, times = large.ours["columns_of_blocks"], large.times
    ours = times["blocks_of_16"] / columns * 3000

    def run():
        right, matrix = large.load("right_16"), large.csr()
        started = time.perf_counter()
        answer = iterate(matrix, right)
        one = (time.perf_counter() - started) / 16
        started = time.perf_counter()
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: iterate(matrix, right), range(2)))
        two = (time.perf_counter() - started) / 32
        return {"one": one, "two": two, "difference": difference(answer, large.load("solved_16"))}

    found = in_child(large, run, limit)
    if "one" not in found or not found["difference"] <= AGREE:
        sys.exit(f"3,000 solves: {found}")
    theirs = min(found["one"], found["two"]) * 3000
    threads = 1 if found["one"] <= found["two"] else 2
    work = f"3,000 right-hand sides on {large.ours['threads']} threads (measured on {columns} columns)"
    tool = f"scipy CSR × 16 columns on {threads} {'thread' if threads == 1 else 'threads'} (measured on {16 * threads} columns)"
    ratio = theirs / ours
    return [work, tool, f"{large.sites:,}", time_words(ours), time_words(theirs), ratio_words(ratio), least_words(45, ratio), f"{found['difference']:.0e}"]


def compared(large, small, limit):
    rows = []
    for work, time_name, answer, tools in WORK:
        for tool, function, at_small, target in tools:
            data = small if at_small else large
            print(f"{work}: {tool} at {data.sites:,} sites", file=sys.stderr, flush=True)
            found = measure(data, tool, function, answer, limit)
            if found is None and not at_small:
                data = small
                found = measure(data, tool, function, answer, limit)
            name = tool if data is not small or at_small else f"{tool} (late at {large.sites:,})"
            if found is None:
                rows.append([work, name, f"{data.sites:,}", time_words(data.times[time_name]), f"over {limit} s", "", "", ""])
                continue
            ratio = found["seconds"] / data.times[time_name]
            row = [work, name, f"{data.sites:,}", time_words(data.times[time_name]), time_words(found["seconds"]), ratio_words(ratio)]
            rows.append(row + [least_words(target, ratio), f"{found['difference']:.0e}" if found["difference"] else "0"])
    rows.insert(len(WORK[0][3]), solves(large, 10 * limit))
    header = ["work", "tool", "sites", "tierlight", "tool's time", "ratio", "target", "greatest difference"]
    return table(header, rows)


# A process begins with the peak memory of the one that starts it: a small one does.
CHILD = """
import json, os, subprocess, sys, time
started = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
seconds = time.perf_counter() - started
process.returncode = os.waitstatus_to_exitcode(status)
print(json.dumps([process.returncode, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024]))
"""


def run_tierlight(program, network, out, more=()):
    """Wall seconds, processor seconds and peak bytes of a whole run; the better of two."""
    best = None
    for _ in range(2):
        shutil.rmtree(out, ignore_errors=True)
        command = [program, "score", str(network), "-o", str(out), "--as-of", "2026-11-23", *more]
        child = subprocess.run([sys.executable, "-c", CHILD, *command], stdout=subprocess.PIPE, check=True)
        code, *measured = json.loads(child.stdout)
        if code != 0:
            sys.exit(f"tierlight score {network}: exit code {code}")
        best = measured if best is None else min(best, measured)
    shutil.rmtree(out, ignore_errors=True)
    return best


def run_polars(network, suffix, out):
    """Reading both tables and writing the links as one Parquet file: the least of three."""
    import polars

    read = polars.read_csv if suffix == "csv" else polars.read_parquet
    least = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        sites, links = read(network / f"sites.{suffix}"), read(network / f"links.{suffix}")
        links.write_parquet(out)
        least = min(least, time.perf_counter() - started)
        assert len(sites) and len(links)
    out.unlink()
    return least


def whole_runs(program, scratch, sites):
    rows = []
    bare = ["--draws", "0"]
    runs = [
        ("csv", [*bare, "--graphml"], "all files, no draws", 10),
        ("csv", bare, "all files but GraphML, no draws", 7),
        ("parquet", bare, "all files but GraphML, no draws", 6),
        ("csv", [], "all files but GraphML, usual draws", None),
    ]
    theirs = {}
    for suffix, more, files, target in runs:
        print(f"whole run from {suffix}, {files}", file=sys.stderr, flush=True)
        network = scratch / suffix
        if suffix not in theirs:
            theirs[suffix] = run_polars(network, suffix, scratch / "polars.parquet")
        seconds, user, peak = run_tierlight(program, network, scratch / "run", more)
        ratio = seconds / theirs[suffix]
        words = [f"{suffix.upper() if suffix == 'csv' else 'Parquet'} to run folder, {files}", f"{sites:,}", time_words(seconds), time_words(user)]
        rows.append(words + [f"{peak / 2**30:.2f} GiB", time_words(theirs[suffix]), ratio_words(ratio), "" if target is None else most_words(target, ratio)])
    header = ["work", "sites", "tierlight", "processor time", "peak memory", "polars: read both tables, write links.parquet", "ratio", "target"]
    return table(header, rows)


def own(large):
    """Ratios of our own algorithms to one solve, and the share of the memory's bandwidth that solves reach."""
    times, ours = large.times, large.ours
    one = times["solve_1"]
    rows = []
    blocks = times["blocks_of_16"] / ours["columns_of_blocks"] * 3000
    lines = [
        ("reach of all sites by sketches, against one solve", times["sketch"], 25),
        ("contributions of the narrow buyer, against one solve", times["contributions_narrow"], 1 / 20),
        ("contributions of the widest final buyer, against one solve", times["contributions_broad"], None),
        ("exact reach of the narrow buyer, against one solve", times["reach_narrow"], None),
        ("ten heaviest paths of the narrow buyer, against one solve", times["paths_narrow"], None),
        ("exposure, all 19 columns and their bounds, against one solve", times["exposure_all_columns"], None),
        ("compiling the plan, against one solve", times["plan"], None),
    ]
    for words, seconds, target in lines:
        ratio = seconds / one
        rows.append([words, time_words(seconds), f"{ratio:.3g} ×", "" if target is None else most_words(target, ratio)])
    if "draws" in times:
        thousand = times["draws"] / ours["draws"] * 1000
        draws = thousand / blocks
        rows.append([f"1,000 draws of everything (measured on {ours['draws']}), against 3,000 solves", time_words(thousand), f"{draws:.3g} ×", most_words(5, draws)])
    full = times["exposure_all_columns"]
    targets = (("update_median", "median", 1 / 1000), ("update_90", "90th percentile", 1 / 10))
    for (name, words, most), moved in zip(targets, ours["moved_by_update"]):
        part = times[name] / full
        words = f"{words} ({moved:,} sites move)"
        rows.append([f"update of one site's evidence, {words}, against a full pass of all columns", time_words(times[name]), f"{part:.2g} ×", most_words(most, part)])
    alone = times["solve_1_alone"] / one
    rows.append(["one solve on one thread, against one on all", time_words(times["solve_1_alone"]), f"{alone:.3g} ×", ""])
    rows.append([f"one solve, on {ours['threads']} threads", time_words(one), "1 ×", ""])
    text = table(["work", "time", "ratio", "target"], rows)
    kernels = []
    copy = ours["copy_bandwidth"]["1"]
    for name, words, target in (("solve_1", "one column", 1 / 3), ("solve_16", "16 columns", 1 / 2)):
        seconds = times["solve_1_alone" if name == "solve_1" else name]
        if ours["bytes"][name] is None:
            kernels.append([words, time_words(seconds), "not known: BiCGSTAB", "", "", ""])
            continue
        streamed, gathered = ours["bytes"][name]
        shares = [b / seconds / copy for b in (streamed, gathered)]
        met = "met" if shares[1] >= target else "**missed**"
        kernels.append(
            [words, time_words(seconds), f"{streamed / 1e6:,.0f} MB", f"{gathered / 1e6:,.0f} MB", f"{shares[0]:.2f} to {shares[1]:.2f}", f"≥ {target:.2f}: {met}"]
        )
    text += f"\n\nCopy bandwidth, read and written: {copy / 1e9:.1f} GB/s on one thread, {ours['copy_bandwidth']['2'] / 1e9:.1f} GB/s on two.\n\n"
    return text + table(["solve, one thread", "time", "streamed", "with gathers", "share of copy bandwidth", "target"], kernels)


def grow(program, scratch, shape):
    """A whole run at 1 and at 10 million sites."""
    found = {}
    for sites in (1_000_000, 10_000_000):
        network = scratch / f"grow-{sites}"
        shutil.rmtree(network, ignore_errors=True)
        subprocess.run([program, "generate", "--sites", str(sites), "--shape", shape, "-o", str(network)], check=True, stdout=subprocess.DEVNULL)
        found[sites] = run_tierlight(program, network, scratch / "run", ["--draws", "0"])
        shutil.rmtree(network)
    (small, _, small_peak), (large, _, large_peak) = found.values()
    rows = [
        ["time", time_words(small), time_words(large), f"{large / small:.1f} ×", most_words(14, large / small)],
        ["peak memory", f"{small_peak / 2**30:.2f} GiB", f"{large_peak / 2**30:.2f} GiB", f"{large_peak / small_peak:.1f} ×", most_words(11, large_peak / small_peak)],
    ]
    return table(["CSV to run folder", "1,000,000 sites", "10,000,000 sites", "growth", "target"], rows)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scratch", type=pathlib.Path, required=True)
    parser.add_argument("--tierlight", required=True)
    parser.add_argument("--shape", required=True)
    parser.add_argument("--limit", type=int, default=120)
    parser.add_argument("--grow", action="store_true")
    asked = parser.parse_args()
    # a tool that outgrows the machine fails alone
    resource.setrlimit(resource.RLIMIT_AS, (12 << 30, resource.RLIM_INFINITY))
    if asked.grow:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print(grow(asked.tierlight, asked.scratch, asked.shape))
        return
    large, small = Data(asked.scratch / "large"), Data(asked.scratch / "small")
    ours = large.ours
    print(
        f"{ours['sites']:,} sites, {ours['links']:,} links; {100 * ours['in_cycles']:.0f} % of the sites in cycles, {ours['largest_component']:,} of them "
        f"in one component (solved by {ours['method']}); upstream of the widest final buyer {ours['buyers']['broad']['upstream']:,} sites, of the "
        f"narrow one {ours['buyers']['narrow']['upstream']:,}.\n"
    )
    print(compared(large, small, asked.limit), "\n", sep="")
    print(own(large), "\n", sep="")
    print(whole_runs(asked.tierlight, asked.scratch, ours["sites"]))


main()
