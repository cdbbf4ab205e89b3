"""What can be done with a job's mappings and filters, in Graph's form (graph-api.md 1.5; rows 44 to 50)?"""

from collections.abc import Mapping
from typing import Any

from instep.access.graph_permissions import SYNCHRONIZATION_READ, SYNCHRONIZATION_WRITE
from instep.admin.schema import put_schema, restore_schema, schema_document, standard_of, template_document
from instep.admin.schema import put_template as write_template
from instep.api.calls import NO_CONTENT, Answer, Call, Document, Operation
from instep.api.errors import bad_request, not_found
from instep.api.lists import answer_list
from instep.api.service_principals import app_of
from instep.api.synchronization import job_of
from instep.api.templates import template_app
from instep.ledger.graph_schema import write_schema
from instep.ledger.graph_schema.sources import write_source
from instep.rules.mapping.attribute_mapping import FromExpression
from instep.rules.mapping.expressions import (
    DROP,
    Candidates,
    Compiled,
    Context,
    EvaluationError,
    ExpressionError,
    Value,
    compile_expression,
)
from instep.rules.mapping.expressions.functions.table import FUNCTIONS
from instep.rules.scoping.operators import OPERATORS

_SYNC = "servicePrincipals/{id}/synchronization"
_SCHEMA = f"{_SYNC}/jobs/{{job}}/schema"
_OF_TEMPLATE = f"{_SYNC}/templates/{{template}}/schema"
_OF_APPLICATION = "applications/{id}/synchronization/templates/{template}/schema"
_LONGEST_EXPRESSION = 10_000


def operations() -> list[Operation]:
    """Return the operations on schemas."""
    read, write = SYNCHRONIZATION_READ, SYNCHRONIZATION_WRITE
    for_both = [
        operation
        for base in (_SCHEMA, _OF_TEMPLATE, _OF_APPLICATION)
        for operation in (
            Operation("GET", f"{base}/filterOperators", filter_operators, read, "List what filters can compare with"),
            Operation("GET", f"{base}/functions", functions, read, "List the functions of expressions"),
            Operation("POST", f"{base}/parseExpression", parse_expression, read, "Parse and try an expression"),
        )
    ]
    return [
        Operation("GET", _SCHEMA, get, read, "Get the job's mappings and filters"),
        Operation("PUT", _SCHEMA, put, write, "Replace the job's mappings and filters"),
        Operation("PATCH", _SCHEMA, put, write, "Replace the job's mappings and filters, as the SDKs do it"),
        Operation("DELETE", _SCHEMA, delete, write, "Restore the mappings of the template"),
        *(
            operation
            for base in (_OF_TEMPLATE, _OF_APPLICATION)
            for operation in (
                Operation("GET", base, of_template, read, "Get the mappings that a job begins with"),
                Operation("PUT", base, put_template, write, "Replace the mappings that a job begins with"),
                Operation("PATCH", base, put_template, write, "Replace them, as the SDKs do it"),
            )
        ),
        Operation("GET", f"{_SCHEMA}/directories", directories, read, "List the two directories with their attributes"),
        Operation("GET", f"{_SCHEMA}/directories/{{directory}}", directory, read, "Get a directory"),
        Operation("PATCH", f"{_SCHEMA}/directories/{{directory}}", put_directory, write, "Replace a directory"),
        Operation("DELETE", f"{_SCHEMA}/directories/{{directory}}", restore_directory, write, "Restore a directory"),
        Operation("POST", f"{_SCHEMA}/directories/{{directory}}/discover", directory, read, "Get a directory anew"),
        *for_both,
    ]


def get(call: Call) -> Answer:
    """Return the schema; its version is another one after each change."""
    job_of(call)
    return _schema_answer(call, _document(call))


def put(call: Call) -> Answer:
    """Replace the whole schema; the job evaluates everyone in its next cycle."""
    app, _ = job_of(call)
    document = {name: value for name, value in call.document().items() if not name.startswith("@odata")}
    put_schema(call.instep.service, app, _without_annotations(document), call.caller.name)
    return NO_CONTENT


def delete(call: Call) -> Answer:
    """Bring back the mappings of the template."""
    app, _ = job_of(call)
    restore_schema(call.instep.service, app, call.caller.name)
    return NO_CONTENT


def of_template(call: Call) -> Answer:
    """Return the schema that a job begins with, and that a restore brings back."""
    app = template_app(call)
    return _schema_answer(call, template_document(call.instep.applications, app))


def put_template(call: Call) -> Answer:
    """Replace it; a job that there is keeps its own schema."""
    app = template_app(call)
    write_template(call.instep.service, app, _without_annotations(call.document()), call.caller.name)
    return NO_CONTENT


def put_directory(call: Call) -> Answer:
    """Replace the attributes of one directory; the rest of the schema stays."""
    return _with_directory(call, _without_annotations(call.document()))


def restore_directory(call: Call) -> Answer:
    """Bring back the attributes that a directory had in the gallery; a job has both directories, always."""
    standard = standard_of(app_of(call))
    found = [
        each
        for each in write_schema(standard.template, standard)["directories"]
        if each["id"] == call.parameters["directory"]
    ]
    return _with_directory(call, found[0] if found else {})


def _with_directory(call: Call, wanted: Document) -> Answer:
    """Save the schema with another directory. Raises SchemaRefused where a mapping uses what it has no more."""
    app, _ = job_of(call)
    document, asked = _document(call), call.parameters["directory"]
    known = [each["id"] for each in document["directories"]]
    if asked not in known:
        raise not_found(asked)
    document["directories"][known.index(asked)] |= wanted | {"id": asked}
    put_schema(call.instep.service, app, document, call.caller.name)
    return NO_CONTENT


def directories(call: Call) -> Answer:
    """Return Instep's directory and the target."""
    job_of(call)
    return answer_list(call, "directories", _document(call)["directories"])


def directory(call: Call) -> Answer:
    """Return one of them."""
    job_of(call)
    for each in _document(call)["directories"]:
        if each["id"] == call.parameters["directory"]:
            return Answer(200, {"@odata.context": f"{call.base}/$metadata#directories/$entity"} | each)
    raise not_found(call.parameters["directory"])


def filter_operators(call: Call) -> Answer:
    """Return the operators; some clients know them by id, others by name."""
    shown = [
        {
            "id": operator.name,
            "name": operator.name,
            "arity": operator.arity.value,
            "multivaluedComparisonType": "All",
            "supportedAttributeTypes": sorted(operator.types),
        }
        for operator in OPERATORS.values()
    ]
    return answer_list(call, "filterOperators", shown)


def functions(call: Call) -> Answer:
    """Return the functions with their parameters."""
    shown = [
        {
            "id": function.name,
            "name": function.name,
            "parameters": [
                {
                    "name": parameter.name,
                    "required": parameter.required,
                    "allowMultipleOccurrences": parameter.repeatable,
                    "type": "String",
                }
                for parameter in function.parameters
            ],
        }
        for function in FUNCTIONS.values()
    ]
    return answer_list(call, "functions", shown)


def parse_expression(call: Call) -> Answer:
    """Parse an expression, and evaluate it for the object of the body; a wrong one is told in the answer."""
    document = call.document()
    text = document.get("expression")
    if not isinstance(text, str) or len(text) > _LONGEST_EXPRESSION:
        raise bad_request(f"expression takes a text of at most {_LONGEST_EXPRESSION:,} characters.")
    context = f"{call.base}/$metadata#microsoft.graph.parseExpressionResponse"
    return Answer(200, {"@odata.context": context} | _parsed(call, text, document.get("testInputObject")))


def _parsed(call: Call, text: str, tried: object) -> Document:
    said: Document = dict.fromkeys(("parsingSucceeded", "evaluationSucceeded"), False)
    said |= {"evaluationResult": [], "parsedExpression": None, "error": None}
    try:
        compiled = compile_expression(text)
    except ExpressionError as error:
        return said | {"error": _error("ExpressionParsingError", f"{error.message} (at column {error.column})")}
    said |= {"parsingSucceeded": True, "parsedExpression": write_source(FromExpression(text))}
    if tried is None:
        return said
    return said | _evaluated(call, compiled, _input_of(tried))


def _evaluated(call: Call, compiled: Compiled, source: Mapping[str, Value]) -> Document:
    context = Context(call.instep.clock(), "", None)
    try:
        value = compiled.evaluate({name: source.get(name) for name in compiled.attributes}, context)
    except EvaluationError as error:
        return {"error": _error("ExpressionEvaluationError", f"{error.function}: {error.message}")}
    if isinstance(value, Candidates):
        value = tuple(value.values)
    values = value if isinstance(value, tuple) else (value,)
    shown = [] if value is DROP or value is None else [str(each) for each in values]
    return {"evaluationSucceeded": True, "evaluationResult": shown}


def _input_of(tried: object) -> dict[str, Value]:
    properties = tried.get("properties") if isinstance(tried, dict) else None
    if not isinstance(properties, list):
        raise bad_request("testInputObject has a list of properties: {key, value}.")
    found: dict[str, Value] = {}
    for each in properties:
        match each:
            case {"key": str(key), "value": (str() | bool() | int() | float() | None) as value}:
                found[key] = value
            case {"key": str(key), "value": list(values)} if all(isinstance(one, str) for one in values):
                found[key] = tuple(values)
            case _:
                raise bad_request(
                    "Every property has a key, and a value that is a text, a number, true, false or a list."
                )
    return found


def _error(code: str, message: str) -> Document:
    return {"code": code, "message": message, "target": None, "details": [], "innerError": None}


def _document(call: Call) -> dict[str, Any]:
    app = app_of(call)
    job = call.instep.jobs.job_of(app)
    document = schema_document(call.instep.applications, app)
    if job is not None:
        document["version"] = f"{job.configuration_version}.0"
    return document


def _schema_answer(call: Call, document: dict[str, Any]) -> Answer:
    app_id = call.parameters["id"]
    context = f"{call.base}/$metadata#servicePrincipals('{app_id}')/synchronization/schema/$entity"
    return Answer(200, {"@odata.context": context} | document)


def _without_annotations(document: Any) -> Any:
    """A body without what SDKs add of their own: `@odata.type` in every object."""
    if isinstance(document, dict):
        return {name: _without_annotations(each) for name, each in document.items() if not name.startswith("@odata")}
    return [_without_annotations(each) for each in document] if isinstance(document, list) else document
