"""Records what Feast itself writes, answers and sends: the expected values of test/golden/feast-redis.json and feast-wire.json.

Reads {"redis": ..., "wire": ..., "redisPort": ..., "handler": ...} from its input: the two files, whose keys, values and requests to the server are asked
again, a Redis server of its own, and the address of our handler, which Feast's clients ask. Prints the files' new content; what the clients sent and
were answered is for the handler's host to write down.
"""

import asyncio
import json
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from importlib.metadata import version
from pathlib import Path

import pandas
import redis
from fastapi.testclient import TestClient
from fastmcp import Client
from fastmcp.exceptions import ToolError
from feast import Entity, FeatureService, FeatureStore, FeatureView, Field, FileSource, PushSource, RepoConfig, ValueType
from feast.feature_server import get_app
from feast.infra.online_stores.helpers import _mmh3, _redis_key
from feast.infra.online_stores.redis import RedisOnlineStore
from feast.infra.online_stores.remote import RemoteOnlineStore
from feast.mcp.client import FeastClient
from feast.mcp.features import create_features_mcp
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import NULL, Value
from feast.types import Array, Bool, Float32, Float64, Int32, Int64, String, UnixTimestamp
from google.protobuf.timestamp_pb2 import Timestamp

noon = datetime(2024, 1, 1, 12, tzinfo=timezone.utc)


def hexed(message):
    return message.SerializeToString().hex()


# The Redis layout.


def entity_key(values):
    return EntityKey(join_keys=list(values), entity_values=list(values.values()))


def key_value(member, shown):
    if member == "string_val":
        return Value(string_val=shown)
    return Value(**{member: bytes.fromhex(shown) if member == "bytes_val" else int(shown)})


def value_of(kind, shown):
    member = f"{kind.lower()}_val"
    if kind.endswith("_LIST"):
        message = Value()
        items = shown if kind == "STRING_LIST" else [float(item) for item in shown]
        getattr(message, member).SetInParent()
        getattr(message, member).val.extend(items)
        return message
    if kind in ("INT64", "INT32", "UNIX_TIMESTAMP"):
        return Value(**{member: int(shown)})
    if kind in ("DOUBLE", "FLOAT"):
        return Value(**{member: float(shown)})
    return Value(**{member: bytes.fromhex(shown) if kind == "BYTES" else shown})


def deployment(port, folder):
    """What Redis holds after Feast's online store wrote two views; the last row of the first is older than what is stored."""
    config = RepoConfig(
        project="shop",
        provider="local",
        registry=str(folder / "redis.db"),
        online_store={"type": "redis", "connection_string": f"127.0.0.1:{port}"},
        entity_key_serialization_version=3,
    )
    source = FileSource(path=str(folder / "none.parquet"), timestamp_field="at")
    driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
    fields = {"conv_rate": Float32, "acc_rate": Float64, "trips": Int64, "name": String, "active": Bool, "embedding": Array(Float64)}
    stats = FeatureView(name="driver_stats", entities=[driver], source=source, schema=[Field(name=n, dtype=t) for n, t in fields.items()])
    profile = FeatureView(name="driver_profile", entities=[driver], source=source, schema=[Field(name="age", dtype=Int32)])

    def row(driver_id, at, **values):
        return (entity_key({"driver_id": Value(int64_val=driver_id)}), values, at, None)

    empty = Value()
    embedding = value_of("DOUBLE_LIST", ["1.5", "-0"])
    first = dict(conv_rate=0.25, acc_rate=0.1, trips=9007199254740993, name="é", active=True)
    older = dict(conv_rate=9.0, acc_rate=9.0, trips=9, name="older", active=False)
    kinds = dict(conv_rate="FLOAT", acc_rate="DOUBLE", trips="INT64", name="STRING", active="BOOL")
    typed = lambda values: {name: value_of(kinds[name], value) for name, value in values.items()}
    store = RedisOnlineStore()
    nulls = dict(conv_rate=empty, trips=empty, embedding=empty, **typed(dict(acc_rate=float("nan"), name="", active=False)))
    batches = [
        (stats, [row(1001, noon + timedelta(microseconds=123456), embedding=embedding, **typed(first))]),
        (stats, [row(1002, noon - timedelta(hours=3), **nulls)]),
        (stats, [row(1001, noon - timedelta(hours=1), embedding=empty, **typed(older))]),
        (profile, [row(i, datetime(2023, 6, 1, tzinfo=timezone.utc), age=Value(int32_val=age)) for i, age in ((1001, 44), (1003, 33))]),
    ]
    for view, data in batches:
        store.online_write_batch(config, view, data, None)
    client = redis.Redis(port=port)
    stored = {key.hex(): client.hgetall(key) for key in sorted(client.keys())}
    return {key: {field.hex(): fields[field].hex() for field in sorted(fields)} for key, fields in stored.items()}


def redis_layout(golden, port, folder):
    for each in golden["keys"]:
        values = {name: key_value(*shown) for name, shown in each["keys"].items()}
        each["hex"] = _redis_key(each["project"], entity_key(values), entity_key_serialization_version=3).hex()
    for each in golden["values"]:
        each["hex"] = hexed(value_of(each["type"], each["value"]))
    for each in golden["times"]:
        each["hex"] = hexed(Timestamp(seconds=each["seconds"], nanos=each["nanos"]))
    golden["fields"] = {name: _mmh3(name).hex() for name in golden["fields"]}
    golden["nulls"] = [hexed(Value()), hexed(Value(null_val=NULL))]
    golden["deployment"] = deployment(port, folder)
    golden["origin"] = (
        f"Made by scripts/record-feast.ts with the PyPI package feast {version('feast')} (infra.online_stores.redis.RedisOnlineStore.online_write_batch, "
        f"helpers._redis_key, helpers._mmh3) and protobuf {version('protobuf')}."
    )
    return golden


# The HTTP protocol: a repository with what test/interop/feast/reports.ts defines.


def repository(folder, name, online_store):
    store = FeatureStore(
        config=RepoConfig(
            project="shop",
            provider="local",
            registry=str(folder / f"{name}.db"),
            online_store=online_store,
            entity_key_serialization_version=3,
        )
    )
    file = folder / "reports.parquet"
    pandas.DataFrame({"driver_id": [1], "rate": [0.5], "grade": [1], "active": [True], "seen": [noon], "at": [noon]}).to_parquet(file)
    reports = PushSource(name="reports", batch_source=FileSource(path=str(file), timestamp_field="at"))
    driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
    schema = [Field(name="driver_id", dtype=Int64), Field(name="rate", dtype=Float64), Field(name="grade", dtype=Int32)]
    schema += [Field(name="active", dtype=Bool), Field(name="seen", dtype=UnixTimestamp)]
    stats = FeatureView(name="stats", entities=[driver], source=reports, ttl=timedelta(hours=2), schema=schema)
    service = FeatureService(name="svc", features=[stats[["rate", "grade"]]])
    store.apply([driver, stats, service])
    return store, stats, service


def server(exchanges, folder):
    """What Feast's own server answers to the requests of the file."""
    store, _, _ = repository(folder, "server", {"type": "sqlite", "path": str(folder / "online.db")})
    with TestClient(get_app(store), raise_server_exceptions=False) as client:
        for each in exchanges:
            response = client.post(each["path"], content=each["body"].encode(), headers={"content-type": "application/json"})
            each["status"], each["answer"] = response.status_code, response.text
    return exchanges


def told(work):
    """The error that a client raises: its class and what it says, the first 160 characters."""
    try:
        work()
    except Exception as error:
        return [type(error).__name__, str(error)[:160]]
    return None


def python_client(store, view, service):
    ids = [1001, 1002, 1003, 1005, 9007199254740993]
    names = ["rate", "grade", "active", "seen"]
    ask = lambda features, **entities: store.get_online_features(features=features, entity_rows=[entities])
    keys = [entity_key({"driver_id": Value(int64_val=i)}) for i in ids]
    rows = [{"driver_id": i} for i in ids]
    online_read = [
        [at and at.isoformat(), {name: str(value).strip() for name, value in (values or {}).items()}]
        for at, values in RemoteOnlineStore().online_read(store.config, view, keys, names)
    ]
    read = store.get_online_features(features=["stats:rate", "stats:seen"], entity_rows=rows, full_feature_names=True)
    return {
        "online_read": online_read,
        "get_online_features": {**read.to_dict(), "driver_id": [str(i) for i in read.to_dict()["driver_id"]]},  # beyond 2^53
        "service": ask(service, driver_id=1001).to_dict(),
        "errors": {
            "view": told(lambda: ask(["nope:rate"], driver_id=1)),
            "feature": told(lambda: ask(["stats:nope"], driver_id=1)),
            "collision": told(lambda: ask(["stats:rate", "stats:rate"], driver_id=1)),
            "service": told(lambda: ask(FeatureService(name="nope", features=[view]), driver_id=1)),
            "keys": told(lambda: ask(["stats:rate"], other=1)),
        },
    }


def materializing(store):
    """Materialization as the Python client has it done by a remote server; microseconds and zones as it writes them."""
    evening = datetime(2023, 12, 31, 22, 30, 0, 123456)
    midnight = datetime(2024, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    return {
        "materialize": told(lambda: store.materialize(start_date=datetime(2023, 12, 31), end_date=evening, feature_views=["stats"])),
        "incremental": told(lambda: store.materialize_incremental(end_date=midnight)),
        "background": told(lambda: store.materialize_incremental(end_date=midnight, feature_views=["stats"], run_async=True, force=True)),
        "unknown": told(lambda: store.materialize_incremental(end_date=midnight, feature_views=["nope"])),
        "reversed": told(lambda: store.materialize(start_date=midnight, end_date=evening)),
    }


async def tools(address):
    """Pushes, and the rest, by Feast's client for agents: the one of its own clients that sends `/push`."""
    report = {"rate": [2.5], "grade": [None], "active": [True], "seen": ["2024-01-01T00:00:00Z"], "at": ["2023-12-31T23:30:00.000001+00:00"]}
    pushed = lambda i: {"push_source_name": "reports", "df": {"id": [i], "driver_id": [1000 + i], **report}}
    asked = {"features": ["stats:rate", "stats:grade"], "entities": {"driver_id": [1010, 1011, 1012, 1013]}}
    calls = [
        ("push", pushed(11)),
        ("push", {**pushed(12), "to": "online_and_offline"}),
        ("push", {**pushed(13), "to": "offline", "transform_on_write": False}),
        ("push", {**pushed(14), "push_source_name": "nope"}),
        ("materialize", {"start_ts": "2023-12-31T00:00:00", "end_ts": "2024-01-01T00:00:00", "feature_views": ["stats"]}),
        ("materialize_incremental", {"end_ts": "2024-01-01T00:00:00Z"}),
        ("get_online_features", asked),
        ("health", {}),
    ]
    answers = []
    async with Client(create_features_mcp(FeastClient(address))) as client:
        for name, arguments in calls:
            try:
                answers.append([name, (await client.call_tool(name, arguments)).data])
            except ToolError as error:
                answers.append([name, str(error)[:160]])
    return answers


def main():
    given = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store, view, service = repository(folder, "client", {"type": "remote", "path": given["handler"]})
        made = {
            "redis": redis_layout(given["redis"], given["redisPort"], folder),
            "server": server(given["wire"]["server"], folder),
            "read": {**python_client(store, view, service), "materializing": materializing(store), "tools": asyncio.run(tools(given["handler"]))},
            "version": version("feast"),
        }
    Path(given["output"]).write_text(json.dumps(made))


main()
