"""What value does an attribute-mapping expression give? Its grammar, its functions, and its compilation.

`parse` reads a text, `render` writes it, `compile_expression` makes it a function of a user's attributes.
"""

from instep.rules.mapping.expressions.compile import Compiled, compile_expression
from instep.rules.mapping.expressions.errors import EvaluationError, ExpressionError
from instep.rules.mapping.expressions.parse import parse
from instep.rules.mapping.expressions.render import render
from instep.rules.mapping.expressions.syntax import Expression
from instep.rules.mapping.expressions.values import DROP, Candidates, Context, Dropped, NotOneText, Value, as_text

__all__ = [
    "DROP",
    "Candidates",
    "Compiled",
    "Context",
    "Dropped",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "NotOneText",
    "Value",
    "as_text",
    "compile_expression",
    "parse",
    "render",
]
