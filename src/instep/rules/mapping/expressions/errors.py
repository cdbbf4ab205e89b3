"""What is wrong with an expression, and where?"""


class ExpressionError(Exception):
    """The text is not an expression, or not one that can be evaluated. `column` counts characters from 1."""

    def __init__(self, column: int, message: str) -> None:
        super().__init__(f"column {column}: {message}")
        self.column = column
        self.message = message


class EvaluationError(Exception):
    """The expression is sound, but one function cannot work with this user's values."""

    def __init__(self, function: str, column: int, message: str) -> None:
        super().__init__(f"column {column}: {function}: {message}")
        self.function = function
        self.column = column
        self.message = message
