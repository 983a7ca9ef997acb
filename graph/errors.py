"""The one tree of errors: no HTTP in it, and never a value of a record in its words."""


class KithmapError(Exception):
    """Anything this project refuses or cannot do.

    Notes
    -----
    Messages name files, rows, columns, rules and ids, never a person or the value of a field.
    """


class ModelError(KithmapError):
    """A claim or a link that the model does not allow."""


class UnknownKindError(ModelError):
    """A kind, predicate or word that the dictionary of kinds does not hold."""


class LinkEndsError(ModelError):
    """A link between two kinds of entity that its predicate does not join."""


class UngradedClaimError(ModelError):
    """A claim that carries both a police grade and another agency's basis, or a wrong one."""


class StoreError(KithmapError):
    """The ledger or the drawn graph could not answer."""


class StoreUnavailableError(StoreError):
    """A file or a server is missing, locked or cannot be read."""


class EntityNotFoundError(StoreError):
    """No entity, link, run or row with this id is visible to the viewer."""


class ConflictError(StoreError):
    """Another writer holds the workspace, or the data moved underneath."""


class UnsupportedByStoreError(StoreError):
    """The store cannot do this."""


class SchemaVersionError(StoreError):
    """A file was written by another version of the schema."""


class MeasureError(KithmapError):
    """A measure could not be computed."""


class NotEnoughDataError(MeasureError):
    """Too few people, ties or events for the measure to say anything."""


class GraphTooLargeError(MeasureError):
    """More work than the measure's stated limit."""


class NotConvergedError(MeasureError):
    """An iteration ended before it was stable."""


class GeoError(KithmapError):
    """A coordinate, area or cell could not be used."""


class CRSMismatchError(GeoError):
    """A layer is not in the coordinate system its reader needs."""


class OutsideAreaError(GeoError):
    """A point or a code lies outside the areas loaded."""


class DisclosureError(GeoError):
    """A figure that must not leave, because it could point at a person."""


class IngestError(KithmapError):
    """A file could not be read or loaded."""


class MappingFileError(IngestError):
    """A mapping file breaks its rules."""


class RowRejectedError(IngestError):
    """Rows broke a rule, under ``--strict``."""


class BatchConflictError(IngestError):
    """A batch that is live already, or that another process is writing."""


class AccessError(KithmapError):
    """The viewer may not."""


class NotPermittedError(AccessError):
    """The viewer's role, agency, area or purpose does not allow the act."""


class PurposeMissingError(AccessError):
    """No purpose was stated, and the act needs one."""


class PasswordChangeNeededError(NotPermittedError):
    """The account's password must be changed before anything else is done."""


class AccountRuleError(AccessError):
    """A name, role or password that breaks the rules for accounts."""


class NotSignedInError(AccessError):
    """No session, an ended one, or a name and password that do not fit."""


class SignInTooOldError(NotSignedInError):
    """The act needs a sign-in of the last few minutes."""


class SignInLockedError(NotSignedInError):
    """Too many sign-ins failed.

    Parameters
    ----------
    message : str
        What to say.
    retry_after_s : int, optional
        Seconds until the next one is looked at.
    """

    def __init__(self, message: str, *, retry_after_s: int = 0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class AuditUnavailableError(AccessError):
    """The audit event could not be written, so nothing is answered."""


class WorkLimitError(KithmapError):
    """Work that was ended because it took more time or memory than one piece of work may take."""


class SettingsError(KithmapError):
    """A workspace's settings are missing or wrong."""
