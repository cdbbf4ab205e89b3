"""How does the configuration of an installation become a document, and a document the configuration of another one?"""

from instep.admin.configuration.importing import Step, import_steps
from instep.admin.configuration.installation import Installation
from instep.admin.configuration.reading import Configuration, ConfigurationRefused, read_configuration
from instep.admin.configuration.writing import configuration_document

__all__ = [
    "Configuration",
    "ConfigurationRefused",
    "Installation",
    "Step",
    "configuration_document",
    "import_steps",
    "read_configuration",
]
