"""What can differ in how a target wants its requests written? Each field is a switch (targets-and-sources.md 3.2).

The values of the enumerations are the words by which templates and administrators choose them.
"""

from dataclasses import dataclass
from enum import StrEnum

from instep.scim.messages import MEDIA_TYPE


class Update(StrEnum):
    """How an account that exists is changed."""

    PATCH = "patch"  # operations (RFC 7644, 3.5.2)
    FLAT_PATCH = "flat-patch"  # PATCH with a resource that holds what changes, as in SCIM 1.1
    PUT = "put"  # the whole resource: read, changed, written back


class Paths(StrEnum):
    """How several changed attributes are written in a PATCH."""

    EACH = "each"  # an operation with a path for each
    DOTTED = "dotted"  # one without a path; its keys are paths: "name.givenName", "urn:...:User:department"
    NESTED = "nested"  # one without a path; its value is a part of a resource


class Elements(StrEnum):
    """How a value of a multi-valued attribute is written, such as `emails[type eq "work"].value`."""

    BY_FILTER = "by-filter"  # by a path with a filter, also where no element satisfies it yet: the target makes one
    ADDED_WHOLE = "added-whole"  # an element that is not there is added as a whole; later by a path with a filter
    AS_LIST = "as-list"  # the attribute with all its mapped elements, never with a filter; others' elements are lost


class OpCase(StrEnum):
    """The letter case of `op`."""

    CAPITALISED = "capitalised"
    LOWER = "lower"


class NewValue(StrEnum):
    """The operation that writes a value where the attribute had none."""

    ADD = "add"
    REPLACE = "replace"


class ValuesPerAttribute(StrEnum):
    """How many elements of a multi-valued attribute the target keeps."""

    SEVERAL = "several"
    ONE = "one"  # only the element that is mapped first is written


class Clearing(StrEnum):
    """How a value is taken away."""

    REMOVE = "remove"
    NULL = "null"  # replaced with null
    EMPTY = "empty"  # replaced with an empty text


class Booleans(StrEnum):
    """How true and false are written."""

    JSON = "json"
    TEXT_IN_PATCH = "text-in-patch"  # "True" and "False" in a PATCH, as Entra's default was seen to do
    TEXT = "text"  # "True" and "False" wherever they stand


class Manager(StrEnum):
    """How a reference to another resource is written in a PATCH; a create and a PUT have `{"value": id}`."""

    ID = "id"
    OBJECT = "object"  # {"value": id}
    LIST = "list"  # [{"value": id}]


class Roles(StrEnum):
    """How the elements of a complex multi-valued attribute are written in a PATCH (mappings.md 1.9)."""

    OBJECTS = "objects"
    JSON_TEXT = "json-text"  # {"value": "{\"value\": ...}"}


class MemberRemoval(StrEnum):
    """How members are taken out of a group."""

    BY_VALUE = "by-value"  # path `members`, with the members as its value: many in one operation
    BY_FILTER = "by-filter"  # path `members[value eq "id"]`: an operation a member
    REPLACE_ALL = "replace-all"  # by writing all members that stay


class FilterValues(StrEnum):
    """How the value in a filter is written."""

    QUOTED = "quoted"
    BARE = "bare"  # without quotes, as far as it needs none


class FilterNames(StrEnum):
    """The letter case of attribute names in a filter."""

    AS_MAPPED = "as-mapped"
    LOWER = "lower"


class FilterCase(StrEnum):
    """The letter case of the value in a filter."""

    AS_IT_IS = "as-it-is"
    LOWER = "lower"  # for a target that has all names in lower case and compares them exactly


class Spaces(StrEnum):
    """How a space is written in the query of an address."""

    PLUS = "plus"  # as Entra does
    PERCENT = "percent"  # %20


class Paging(StrEnum):
    """How a list is read on after its first page."""

    INDEX = "index"  # startIndex and count (RFC 7644, 3.4.2.4)
    CURSOR = "cursor"  # cursor and count (RFC 9865)
    NONE = "none"  # the target answers with all of it


class Totals(StrEnum):
    """Whether a list says how many there are."""

    TOLD = "told"
    ABSENT = "absent"  # an index is read on until a page is empty


class Excluded(StrEnum):
    """Whether requests name the attributes that an answer may leave out (`excludedAttributes`)."""

    SENT = "sent"
    OMITTED = "omitted"


class ReadBack(StrEnum):
    """Whether an account is read after it was written, because the answers are not to be trusted."""

    NEVER = "never"
    ALWAYS = "always"


class DisabledAccounts(StrEnum):
    """What can be done with an account that was disabled."""

    CHANGEABLE = "changeable"
    FROZEN = "frozen"  # nothing, but to enable it: a change of another attribute is refused, or answered with 404
    DELETED = "deleted"  # the target deletes it: whoever comes back gets a new account


@dataclass(frozen=True, slots=True)
class Dialect:
    """The forms in which one target wants its requests; where nothing is said, Entra's default.

    `flag` selects it on a Tenant URL. A request with more operations, members or bytes than the target takes is cut
    into several; None is without limit. Of `writes_per_request` creates and changes one bulk request is made (RFC
    7644, 3.7); with 1 none. `filterable` are the target attributes that filters can ask for; None is any.
    `create_only` are those that the target does not let be changed, `group_create_only` the same of groups.
    """

    name: str
    flag: str | None = None

    update: Update = Update.PATCH
    paths: Paths = Paths.EACH
    elements: Elements = Elements.BY_FILTER
    values_per_attribute: ValuesPerAttribute = ValuesPerAttribute.SEVERAL
    create_only: tuple[str, ...] | None = None
    op_case: OpCase = OpCase.CAPITALISED
    new_values: NewValue = NewValue.ADD
    clearing: Clearing = Clearing.REMOVE
    booleans: Booleans = Booleans.JSON
    manager: Manager = Manager.ID
    roles: Roles = Roles.JSON_TEXT
    operations_per_request: int | None = None
    writes_per_request: int = 1
    disabled_accounts: DisabledAccounts = DisabledAccounts.CHANGEABLE

    filterable: frozenset[str] | None = None
    filter_values: FilterValues = FilterValues.QUOTED
    filter_case: FilterCase = FilterCase.AS_IT_IS
    filter_names: FilterNames = FilterNames.AS_MAPPED
    query_spaces: Spaces = Spaces.PLUS
    paging: Paging = Paging.INDEX
    page_size: int = 500
    totals: Totals = Totals.TOLD
    excluded_attributes: Excluded = Excluded.SENT
    group_create_only: tuple[str, ...] | None = None

    content_type: str = MEDIA_TYPE
    accept: str = MEDIA_TYPE
    user_schemas: tuple[str, ...] | None = None
    read_back: ReadBack = ReadBack.NEVER

    member_removal: MemberRemoval = MemberRemoval.BY_VALUE
    members_per_request: int = 100
    member_bytes_per_request: int | None = None
    member_type: str | None = None

    @property
    def add(self) -> str:
        """The word of an operation that adds."""
        return self._op("add")

    @property
    def replace(self) -> str:
        """The word of an operation that replaces."""
        return self._op("replace")

    @property
    def remove(self) -> str:
        """The word of an operation that removes."""
        return self._op("remove")

    def can_filter(self, attribute: str) -> bool:
        """Whether the target can be asked who has a value of an attribute."""
        return self.filterable is None or attribute in self.filterable

    def _op(self, verb: str) -> str:
        return verb.capitalize() if self.op_case is OpCase.CAPITALISED else verb
