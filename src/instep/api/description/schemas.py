"""Of what types is a synchronization schema, and what is said of an expression (graph-api.md 1.5)?"""

from instep.api.description.jobs import METADATA
from instep.api.description.types import (
    ANYTHING,
    BOOLEAN,
    INT32,
    MOMENT,
    TEXT,
    Many,
    Null,
    Within,
    Words,
    each,
    entity,
    structure,
)

_SOURCE = "attributeMappingSource"
PARAMETER = structure("stringKeyAttributeMappingSourceValuePair", {"key": TEXT, "value": Within(_SOURCE)})
SOURCE = structure(
    _SOURCE,
    {
        "expression": Null(TEXT),
        "name": Null(TEXT),
        "parameters": Many(PARAMETER),
        "type": Words("attributeMappingSourceType", ("Attribute", "Constant", "Function")),
    },
    absent="name parameters",
)
ATTRIBUTE_MAPPING = structure(
    "attributeMapping",
    {
        "targetAttributeName": TEXT,
        "source": Null(SOURCE),
        "defaultValue": Null(TEXT),
        "matchingPriority": INT32,
        "flowType": Words(
            "attributeFlowType",
            ("Always", "ObjectAddOnly", "MultiValueAddOnly", "ValueAddOnly", "AttributeAddOnly"),
        ),
        "flowBehavior": Words("attributeFlowBehavior", ("FlowWhenChanged", "FlowAlways")),
        "exportMissingReferences": BOOLEAN,
        "flowNullValues": BOOLEAN,
    },
    absent="flowNullValues flowBehavior exportMissingReferences",
)
CLAUSE = structure(
    "filterClause",
    {
        **each(TEXT, "sourceOperandName operatorName"),
        "targetOperand": Null(structure("filterOperand", {"values": Many(TEXT)})),
    },
    absent="targetOperand",
)
FILTER_GROUP = structure("filterGroup", {"name": Null(TEXT), "clauses": Many(CLAUSE)}, absent="name")
FILTER = structure(
    "filter",
    {"groups": Many(FILTER_GROUP), **each(Null(Many(FILTER_GROUP)), "inputFilterGroups categoryFilterGroups")},
    absent="inputFilterGroups categoryFilterGroups",
)
OBJECT_MAPPING = structure(
    "objectMapping",
    {
        **each(TEXT, "name sourceObjectName targetObjectName"),
        "enabled": BOOLEAN,
        "flowTypes": TEXT,
        "metadata": Null(Many(METADATA)),
        "scope": Null(FILTER),
        "attributeMappings": Many(ATTRIBUTE_MAPPING),
    },
    absent="name metadata",
)
RULE = structure(
    "synchronizationRule",
    {
        **each(TEXT, "id name sourceDirectoryName targetDirectoryName"),
        "editable": BOOLEAN,
        "priority": INT32,
        "metadata": Null(Many(METADATA)),
        **each(ANYTHING, "containerFilter groupFilter"),
        "objectMappings": Many(OBJECT_MAPPING),
    },
    absent="containerFilter groupFilter metadata",
)
ATTRIBUTE = structure(
    "attributeDefinition",
    {
        "name": TEXT,
        "type": Words("attributeType", ("String", "Integer", "Reference", "Binary", "Boolean", "DateTime")),
        **each(BOOLEAN, "anchor required multivalued caseExact flowNullValues"),
        "defaultValue": Null(TEXT),
        "mutability": Words("mutability", ("ReadWrite", "ReadOnly", "Immutable", "WriteOnly")),
        "referencedObjects": Many(
            structure("referencedObject", each(Null(TEXT), "referencedObjectName referencedProperty"))
        ),
        "apiExpressions": Many(METADATA),
        "metadata": Many(METADATA),
    },
    absent="anchor caseExact flowNullValues defaultValue mutability referencedObjects apiExpressions metadata",
)
OBJECT = structure(
    "objectDefinition",
    {
        "name": TEXT,
        "supportedApis": Null(Many(TEXT)),
        "metadata": Null(Many(METADATA)),
        "attributes": Null(Many(ATTRIBUTE)),
    },
    absent="supportedApis metadata attributes",
)
DIRECTORY = entity(
    "directoryDefinition",
    {
        **each(TEXT, "id name"),
        "version": Null(TEXT),
        "readOnly": Null(BOOLEAN),
        "discoverabilities": Null(TEXT),
        "discoveryDateTime": Null(MOMENT),
        "metadata": Null(Many(METADATA)),
        "objects": Many(OBJECT),
    },
    absent="version readOnly discoverabilities discoveryDateTime metadata",
)
SCHEMA = entity(
    "synchronizationSchema",
    {
        **each(TEXT, "id version"),
        "metadata": Null(Many(METADATA)),
        "directories": Many(DIRECTORY),
        "synchronizationRules": Many(RULE),
    },
    absent="metadata",
)
EXPRESSION = structure(
    "expression",
    {
        "expression": TEXT,
        "testInputObject": Null(
            structure(
                "expressionInputObject",
                {
                    "definition": ANYTHING,
                    "properties": Many(structure("stringKeyObjectValuePair", {"key": TEXT, "value": ANYTHING})),
                },
            )
        ),
        "targetAttributeDefinition": ANYTHING,
    },
)
PARSED = structure(
    "parseExpressionResponse",
    {
        **each(BOOLEAN, "parsingSucceeded evaluationSucceeded"),
        "evaluationResult": Many(TEXT),
        "parsedExpression": Null(SOURCE),
        "error": Null(
            structure(
                "publicError",
                {
                    **each(TEXT, "code message"),
                    "target": Null(TEXT),
                    "details": Many(structure("nothing", {})),
                    "innerError": Null(structure("nothing", {})),
                },
            )
        ),
    },
)
