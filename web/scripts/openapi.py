#!/usr/bin/env python3
"""Writes web/openapi.yaml: the routes below, and schemas read from the C++ structs (their members and `fields` tuples); then
web/src/api/schema.ts by api_types.py.

    web/scripts/openapi.py [--check]     --check: exit 1 when the committed document differs

The tests compare the document's paths with the routes that the server has; run this after changing either.
"""
import pathlib
import re
import sys

import api_types

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADERS = ["src/space/party/client.h", "src/space/party/party.h", "src/space/person/person.h", "src/space/collection/collection.h",
           "src/space/collection/correction.h", "src/space/collection/same_rows.h", "src/space/catalog/catalog.h", "src/space/catalog/inventory.h", "src/space/change/change.h", "src/space/deident/masking.h",
           "src/space/product/product.h", "src/space/application/application.h", "src/space/contract/contract.h", "src/space/mandate/mandate.h",
           "src/space/release/release.h", "src/space/release/destruction.h", "src/space/tracing/tracing.h", "src/standard/taxonomy.h", "src/policy/access.h", "src/space/access/access.h",
           "src/space/operation/operation.h", "src/space/exception/exception.h", "src/space/organisation/organisation.h",
           "src/space/custody/custody.h", "src/space/custody/backups.h", "src/space/custody/whole_dataset.h", "src/space/custody/one_person.h", "src/space/catalog/in_force.h", "src/space/catalog/taken_back.h", "src/space/credential/credential.h", "src/node/root_ceremony.h", "src/node/certificates.h", "src/space/law/paper.h", "src/space/law/assessment.h", "src/space/law/consent.h", "src/space/law/subject.h",
           "src/space/law/provision.h", "src/space/law/retention.h", "src/space/law/row_correction.h", "src/node/row_correction.h", "src/space/law/legal_case.h", "src/node/held_rows.h", "src/node/merge_versions.h", "src/node/mask_version.h",
           "src/node/arrival_grades.h", "src/node/collect_batch.h", "src/node/key_work.h", "src/space/source/source.h", "src/space/catalog/flow_level.h", "src/space/inventory/item.h", "src/space/inventory/own_levels.h", "src/space/inventory/process.h",
           "src/space/alarm/alarm.h", "src/rules/alarm_pack.h", "src/space/storage/storage.h", "src/space/collection/code_table.h", "src/node/storage.h", "src/node/place_versions.h"]
WHOLE = {"PersonalSignature", "CertificateAuthority", "PersonCertificate", "SignInProvider", "CeremonySeat", "CeremonySeen", "RevocationsAnswer", "ReleaseMarks", "FieldCount", "MaskingRun", "StrategySummary", "StrategyUse", "StrategyReview", "Party", "Person", "HeldDuty", "PendingReset", "PendingResume", "Identity", "ProposedKey", "AskedResume", "PartyClient", "ClientRevocations", "Plan", "PlanField", "Batch", "Dataset", "CatalogField", "FieldProposal",
         "VersionChange", "RefusedFile", "RowCorrection", "CorrectionAnswer", "CorrectionValue", "DatasetVersion", "SameRows", "Strategy", "ColumnTechnique", "MaskedColumn", "MaskingResult", "Product", "ProductForm", "CheckResult",
         "OnePerson", "PaperForm", "Paper", "AssessedAnswer", "AssessedRisk", "AssessmentForm", "Assessment", "ConsentSignature", "ConsentForm", "Consent", "FoundRows", "NotSearched", "FoundLink", "SubjectLink", "SubjectRequest",
         "ProvisionColumn", "ProvisionForm", "ProvisionWord", "Provision", "Chased", "DemandState", "LegalCase",
         "MandateForm", "DraftedApplication", "MandateDeed", "Mandate", "Application", "ApplicationForm", "RowCondition", "AssessedCondition", "VotingRule", "PolicyReason", "Vote", "Contract", "ContractTerms",
         "Signature", "Release", "Destruction", "AccessRule", "AccessScope", "Right", "AccessRules", "WindowFinding", "Operation",
         "PrivilegeException", "Unit", "Deputyship", "Outsider", "AccessGranted", "AccessRevoked", "RowSpan", "DriftFinding", "FieldLowering", "DatasetFacts", "MeasuredAssociation", "MeasuredCombination", "KeyWorkDecision", "KeyWorkItem",
         "WholeDataset", "PersonRows", "VersionInForce", "ChangedSince", "EpochCopy", "AllowedHost", "Backup", "DestroyedKeys", "CorrectAnswer", "StillHeld", "MergeAnswer", "MaskAnswer", "CollectAnswer", "VersionLeft", "KeyWorkAnswer", "Source", "FlowGrade", "FlowReason", "AnsweredFacts", "ArrivalGrades", "ItemFacts", "ItemGrade", "ItemAnswers", "DescribedItem", "OwnLevel", "OwnScale",
         "ProcessLink", "ProcessAccess", "ProcessNode", "ProcessEdge", "ProcessDiagram", "Process",
         "Alarm", "AlarmDelivery", "AlarmChannel", "AlarmSettings", "AlarmChoice", "StoragePolicy", "DatasetQuota", "InventoryRun", "InventoryFinding", "Rehearsal", "StorageFailure", "CodeTable", "CodeTableVersion",
         "Growth", "StoredTier", "StoredDataset", "StoredDay", "PlaceAnswer"}
COMMANDS = {"ConfirmMandate", "AcceptMandate", "EndMandate", "DraftApplication", "DecideDraftedApplication", "WithdrawDraftedApplication", "ChaseDelivery", "SetAlarms", "RemoveAlarmChannel", "AcknowledgeAlarm", "ClearAlarm", "RevokeCertificate", "EndAuthority", "RemoveSignInProvider", "RegisterParty", "VerifyParty", "RegisterPartyKey", "DecidePartyKey", "ResumeParty", "DecideResume", "ProposeClient", "DecideClient", "EndClient", "TakeClientRevocations", "DemandMutualTls", "AskMutualTlsEnd", "DecideMutualTlsEnd", "NameHead", "SuspendParty", "GrantDuty", "SuspendPerson", "ResumePerson", "DecidePersonResume", "AllowSourceHost", "ForbidSourceHost", "ConfirmUnsearchable", "ReceiptBatch",
            "ConfirmFields", "DecideSameRows", "ChangeSourceKey", "FieldVerdict", "DraftProduct", "ReviewProduct", "RegisterProduct", "WithdrawProduct",
            "SubmitApplication", "CastVote", "RecuseMember", "CloseVote", "WithdrawApplication", "DraftContract", "SignContract",
            "SuspendContract", "ResumeContract", "TerminateContract", "RevokeRelease", "CertifyDestruction", "EraseFilter", "EraseQueries",
            "AskCredentialReset", "AdoptAccessRules", "GrantAccess", "RevokeAccess", "RequestOperation", "DecideOperation",
            "WithdrawOperation", "RequestException", "DecideException", "EndException", "ReviewException", "DefineUnit", "PlaceInUnit",
            "AppointDeputy", "EndDeputyship", "EngageOutsider", "ProposeKeyWork", "WitnessKeyWork", "CheckPaper", "EndPaper",
            "DecideAssessment", "WithdrawConsent", "DecideSubjectRequest", "DecideSubjectLinks", "ApproveProvision", "NoteProvision", "ChaseProvision", "DecideKeyWork", "KeepLonger", "EndHold", "DecideRowCorrection", "ChaseRecipient"}
ENUM = re.compile(r"enum_names\((\w+)\)\s*{\s*return\s*{(.*?)};", re.S)
STRUCT = re.compile(r"^struct (\w+) {\n(.*?)^};", re.S | re.M)
FIELD = re.compile(r'field\("(\w+)",\s*&\w+::(\w+)\)')
MEMBER = re.compile(r"^  (?!static|using|const |bool has|//)([\w:<>, ]+?) ((?:\w+(?: = [^,;]+|{}|)(?:, )?)+);", re.M)

# method, path, operation, summary, request (schema, inline members, or None), answer, extra statuses
P = {"reason": "string"}
ROUTES = [
    ("post", "/api/v1/session", "signIn", "Sign in; sets the session cookie", {"account": "string", "password": "string"}, "Me", "open"),
    ("get", "/api/v1/session", "me", "Who is signed in", None, "Me", ""),
    ("delete", "/api/v1/session", "signOut", "Sign out", None, 204, ""),
    ("post", "/api/v1/session/password", "changePassword", "Change the password; other sessions end", {"old": "string", "new": "string"}, 204, ""),
    ("post", "/api/v1/session/totp/enrol", "enrolTotp", "A seed for one-time codes; counts once a code of it was confirmed", None, "TotpOffer", ""),
    ("post", "/api/v1/session/totp/confirm", "confirmTotp", "Confirm the seed with a code", {"code": "string"}, "Me", ""),
    ("post", "/api/v1/session/step-up", "stepUp", "Show the second factor", {"code": "string"}, "Me", ""),
    ("post", "/api/v1/session/key/challenge", "signInChallenge", "A challenge to sign with one's own SM2 key: {challenge, text}", {"account": "string"}, "SignInChallenge", "open"),
    ("post", "/api/v1/session/key/sign-in", "signInByKey", "Sign in with the signed challenge; sets the session cookie", {"account": "string", "challenge": "string", "signature": "string"}, "object", "open"),
    ("get", "/api/v1/session/key", "signInKey", "The own sign-in key's id", None, "object", ""),
    ("post", "/api/v1/session/key", "setSignInKey", "Set the own sign-in key, with proof of possession", {"public_key": "string", "proof": "string"}, "object", ""),
    ("delete", "/api/v1/session/key", "removeSignInKey", "Take the own sign-in key away", None, 204, ""),
    ("get", "/api/v1/session/providers", "signInProviders", "Outside providers that a sign-in page offers: {provider, title, start}; start is a link for the browser", None, "OfferedProviders", "open"),
    ("get", "/api/v1/session/oidc/{provider}/start", "startOidc", "Goes to the provider (303); sets a cookie of this browser", None, "text/plain", "open"),
    ("get", "/api/v1/session/oidc/callback", "oidcCallback", "Back from the provider; a browser gets a page that goes on to / or /?sign_in_error=REASON", None, "Me", "open"),
    ("post", "/api/v1/session/certificate/challenge", "stepUpChallenge", "A challenge to sign with one's own certificate as the second factor", None, "SignInChallenge", ""),
    ("post", "/api/v1/session/certificate/step-up", "stepUpByCertificate", "Show the second factor by certificate", {"challenge": "string", "signature": "string"}, "Me", ""),
    ("get", "/api/v1/certificates", "certificates", "Certificates of people (own ones; all for administrators) and their authorities", None, "Certificates", ""),
    ("post", "/api/v1/certificates", "registerCertificate", "Register one's own certificate (PEM, or DER in base64) with proof of its key", {"certificate": "string", "proof": "string"}, (201, "object"), ""),
    ("post", "/api/v1/certificates/{id}/revoke", "revokeCertificate", "Revoke a certificate; counts on the next request", "RevokeCertificate", "Certificates", ""),
    ("post", "/api/v1/certificate-authorities", "adoptAuthority", "Adopt a certification authority; security administrator, second factor", {"certificate": "string", "reason": "string"}, "Certificates", ""),
    ("post", "/api/v1/certificate-authorities/{id}/end", "endAuthority", "End an authority", "EndAuthority", "Certificates", ""),
    ("post", "/api/v1/certificate-authorities/{id}/revocations", "takeRevocations", "Take in the authority's revocation list (PEM, or DER in base64)", {"list": "string"}, "RevocationsAnswer", ""),
    ("get", "/api/v1/oidc/providers", "oidcProviders", "Outside providers as they are set, without secrets", None, "SetProviders", ""),
    ("post", "/api/v1/oidc/providers", "setOidcProvider", "Set an outside provider; system administrator, second factor", "OidcProviderAsk", "SetProviders", ""),
    ("post", "/api/v1/oidc/providers/{id}/remove", "removeOidcProvider", "Take a provider away; its sessions end", "RemoveSignInProvider", "SetProviders", ""),
    ("get", "/api/v1/people/{id}/oidc-link", "oidcLink", "The outside identity of an account, linked or asked for: the own one, or for the administrators", None, "OidcLink", ""),
    ("post", "/api/v1/people/{id}/oidc-link", "linkOidc", "Ask to link an account to an outside identity; system administrator, second factor. It counts once decided", {"provider": "string", "subject": "string"}, "OidcLink", ""),
    ("post", "/api/v1/people/{id}/oidc-link/decide", "decideOidcLink", "Confirm or refuse the link that was asked for: the account's owner or a security administrator, never who asked; second factor", "OidcDecideAsk", "OidcLink", ""),
    ("post", "/api/v1/people/{id}/oidc-link/remove", "unlinkOidc", "Take the link away", None, 204, ""),
    ("get", "/api/v1/root-key", "rootKeeper", "Who keeps the root key", None, "RootKeeperShown", ""),
    ("post", "/api/v1/root-key/shares/check", "checkShare", "A rehearsal: whether an officer's share of the root is whole and opens", {"share": "object", "passphrase": "string"}, "object", ""),
    ("get", "/api/v1/root-key/ceremony", "rootCeremony", "The ceremony that deals the root among officers (docs/formats/keys.md)", None, "CeremonyObject", ""),
    ("post", "/api/v1/root-key/ceremony", "beginCeremony", "Begin it, for a witnessed work rotate_root; second factor", {"key_work": "string", "needed": "integer", "officers": "array"}, "CeremonyObject", ""),
    ("post", "/api/v1/root-key/ceremony/join", "joinCeremony", "An officer joins with a passphrase; the last one has the shares dealt", {"passphrase": "string"}, "CeremonyObject", ""),
    ("post", "/api/v1/root-key/ceremony/share", "takeShare", "The own share, handed out once: {share} to be saved as a file or printed", None, "object", ""),
    ("post", "/api/v1/root-key/ceremony/confirm", "confirmShare", "Hand the share in again with its passphrase; the last one makes the new root count", {"share": "object", "passphrase": "string"}, "CeremonyObject", ""),
    ("post", "/api/v1/root-key/ceremony/abandon", "abandonCeremony", "Abandon it; the root is what it was", P, "CeremonyObject", ""),
    ("get", "/api/v1/inbox", "inbox", "What waits for this person", None, "Inbox", ""),
    ("get", "/api/v1/search", "search", "Objects by title or id", None, "Found", "q"),
    ("get", "/api/v1/names", "names", "Names of the ids that this person may know, of a comma-separated list of at most 200", None, "Names", "ids"),
    ("get", "/api/v1/vocabulary", "vocabulary", "The closed lists that forms choose from", None, "Vocabulary", ""),
    ("get", "/api/v1/jobs/{id}", "job", "A background job; as text/event-stream its progress, with Last-Event-ID", None, "Job", ""),
    ("get", "/api/v1/plans", "plans", "Collection plans", None, ["PlanObject"], ""),
    ("post", "/api/v1/plans", "adoptPlan", "Adopt a collection plan", "AdoptPlanRequest", (201, "PlanObject"), ""),
    ("get", "/api/v1/plans/{id}", "plan", "A collection plan", None, "PlanObject", ""),
    ("post", "/api/v1/collections", "collect", "Collect a file of the server's own machine; local socket only", {"plan": "string", "file": "string"}, "CollectAnswer", "job"),
    ("post", "/api/v1/collections/database", "collectDatabase", "Collect rows of a database once, by a plan that reads one; local socket only", {"plan": "string", "source": "object", "password": "string"}, "object", "job"),
    ("post", "/api/v1/collections/deletion", "takeRowsBack", "Rows that the source takes back, by its signed list of keys: sent along, or (local socket only) by the path of a file", "DeletionAsk", "DeletionAnswer", "job"),
    ("get", "/api/v1/sources", "sources", "What came of each source, what is late, what is held and why; late ones first", None, ["SourceObject"], "status"),
    ("get", "/api/v1/refused-files", "refusedFiles", "Files that came and are no batch, and lists of deletions that were not carried out, with the reason and what became of them; status is rows or deletion", None, ["RefusedFileObject"], "status"),
    ("get", "/api/v1/version-changes", "versionChanges", "Versions made by merging, by deletions of a source and by corrections, each with its effect; status is merge, deletion or correction", None, ["VersionChangeObject"], "status"),
    ("post", "/api/v1/sources", "registerSource", "Register a watched folder, a folder behind SFTP or a database with its schedule and password, which is kept sealed; a person shows a second factor; from off the machine only folders of source-folders and hosts of source-hosts", "SourceAsk", (201, "SourceObject"), ""),
    ("get", "/api/v1/source-folders", "sourceFolders", "Folders in which a source may be registered from off the machine", None, "SourceFolders", ""),
    ("get", "/api/v1/source-hosts", "sourceHosts", "Hosts on which a source may be registered from off the machine", None, "SourceHosts", ""),
    ("post", "/api/v1/source-hosts", "allowSourceHost", "Allow a host, or one port of it; inner addresses at the machine alone; second factor", "AllowSourceHost", "SourceHosts", ""),
    ("post", "/api/v1/source-hosts/remove", "forbidSourceHost", "Allow it no more: sources that were registered there from afar stop", "ForbidSourceHost", "SourceHosts", ""),
    ("get", "/api/v1/sources/{id}", "source", "A source, with the files that wait to be whole", None, "SourceObject", ""),
    ("post", "/api/v1/sources/{id}/status", "changeSource", "Pause, resume or remove", {"status": "string", "reason": "string"}, "SourceObject", ""),
    ("post", "/api/v1/sources/{id}/take-over", "takeOverSource", "Collect it in one's own name, where its manager no longer acts", {"reason": "string"}, "SourceObject", ""),
    ("post", "/api/v1/sources/{id}/change", "amendSource", "Change name or schedule, what is absent stays; second factor", "AmendSourceAsk", "SourceObject", ""),
    ("post", "/api/v1/sources/{id}/password", "changeSourcePassword", "Replace the password or private key, which is kept sealed and never shown; second factor", {"password": "string", "reason": "string"}, "SourceObject", ""),
    ("post", "/api/v1/sources/{id}/hand-over", "handOverSource", "To another data manager; second factor", {"to": "string", "reason": "string"}, "SourceObject", ""),
    ("post", "/api/v1/sources/{id}/run", "runSource", "Look at it now: {outcome, reason, batches, waiting}", None, "SourceRun", "job"),
    ("post", "/api/v1/collections/receipt", "receipt", "A receipt in the place of a manifest that is missing", "ReceiptBatch", "BatchObject", ""),
    ("post", "/api/v1/plans/{id}/source-key", "changeSourceKey", "Change the key under which the source's manifests are believed; security officer, second factor", "ChangeSourceKey", "PlanObject", ""),
    ("get", "/api/v1/batches", "batches", "Batches, newest first", None, ["BatchObject"], "status"),
    ("post", "/api/v1/batches/{id}/held", "heldRows", "A page of held rows: detail is reasons, values or file (under an approved download_held); each reading is in the ledger", {"detail": "string", "after": "integer", "limit": "integer"}, "HeldPage", ""),
    ("post", "/api/v1/batches/{id}/corrections", "correctHeld", "Held rows corrected and sent again, or rejected with a reason", "CorrectRequest", "CorrectAnswer", "job"),
    ("post", "/api/v1/datasets/{id}/merge", "mergeVersions", "Several collected versions into one; without parts, all that are in no other", "MergeRequest", "MergeAnswer", "job"),
    ("get", "/api/v1/batches/{id}", "batch", "A batch with its quality report", None, "BatchObject", ""),
    ("get", "/api/v1/datasets", "datasets", "The catalog", None, ["DatasetObject"], ""),
    ("get", "/api/v1/datasets/{id}", "dataset", "A dataset", None, "DatasetObject", ""),
    ("post", "/api/v1/datasets/{id}/confirm", "confirmFields", "Confirm or correct grades", "ConfirmFields", "DatasetObject", ""),
    ("post", "/api/v1/datasets/{id}/same-rows", "decideSameRows", "Decide whether two datasets hold the same rows; security officer, second factor", "DecideSameRows", "DatasetObject", ""),
    ("post", "/api/v1/datasets/{id}/versions/{version}/classify", "classify", "Classify a sealed version", None, "DatasetObject", "job"),
    ("post", "/api/v1/datasets/{id}/versions/{version}/risk", "measureRisk", "Risk of a sealed version over quasi-identifiers (docs/formats/risk-report.md)", "RiskAsk", "RiskReport", "job"),
    ("post", "/api/v1/datasets/{id}/versions/{version}/anonymize", "planAnonymization", "The generalisation of a sealed version that loses least (docs/formats/anonymity-report.md)", "GeneraliseAsk", "AnonymityReport", "job"),
    ("post", "/api/v1/datasets/{id}/strategies", "adoptStrategy", "Adopt a masking strategy", "AdoptStrategyRequest", (201, "Strategy"), ""),
    ("post", "/api/v1/strategies/{id}/apply", "applyStrategy", "Mask a version by a strategy, or aggregate it", "MaskAsk", "MaskAnswer", "job"),
    ("get", "/api/v1/versions/{id}/receipt", "maskingReceipt", "The receipt of a masked version", None, "MaskingReceipt", ""),
    ("get", "/api/v1/grading/review", "gradingReview", "The review queue (docs/formats/grading-api.md)", None, "ReviewQueue", "dataset why limit cursor"),
    ("post", "/api/v1/grading/confirm", "gradingConfirm", "One verdict for many fields, all or none", {"verdict": "object", "targets": "array"}, "GradeConfirmed", ""),
    ("get", "/api/v1/grading/suggestions", "gradingSuggestions", "Corrections by people, for whoever maintains the rules", None, "RuleSuggestions", ""),
    ("get", "/api/v1/grading/list", "gradingList", "The classification-and-grading list", None, "GradingList", "q dataset category level state department limit cursor"),
    ("get", "/api/v1/grading/list/export", "exportGradingList", "The list as xlsx, csv, json, dcat or pdf", None, "application/octet-stream", "q dataset category level state department format"),
    ("get", "/api/v1/grading/heatmap", "gradingHeatMap", "Fields by category and level", None, "HeatMap", "q dataset category level state department"),
    ("get", "/api/v1/grading/worksheet", "gradingWorksheet", "Taxonomy, worksheet and policy in force", None, "Worksheet", ""),
    ("get", "/api/v1/grading/lists", "gradedLists", "Issued versions of the list", None, "IssuedLists", ""),
    ("post", "/api/v1/grading/lists", "issueGradedList", "Issue the list as it is now", {"note": "string"}, (201, "IssuedList"), ""),
    ("get", "/api/v1/grading/lists/{id}", "gradedList", "An issued version with its rows", None, "IssuedList", ""),
    ("post", "/api/v1/grading/lists/{id}/sign", "signGradedList", "Sign-off by the head of a lead department; second factor", P, "IssuedList", ""),
    ("get", "/api/v1/grading/lists/{id}/diff", "gradedListDiff", "What differs from another version", None, "ListDifference", "against"),
    ("get", "/api/v1/grading/lists/{id}/export", "exportGradedList", "An issued version as a file", None, "application/octet-stream", "format"),
    ("post", "/api/v1/grading/level", "flowLevel", "The level of an export or a join, before it happens", "FlowAsk", "FlowLevel", ""),
    ("get", "/api/v1/grading/versions/{version}", "versionLineage", "Where a version comes from, and what that does to its level", None, "VersionLineage", ""),
    ("get", "/api/v1/grading/changes", "ruleChanges", "Changes of the classification rules", None, "RuleChanges", ""),
    ("post", "/api/v1/grading/changes", "proposeRules", "Propose other rule packs", {"title": "string", "reason": "string", "packs": "object"}, (201, "RuleChangeShown"), ""),
    ("get", "/api/v1/grading/changes/{id}", "ruleChange", "A change with the fields that it would move", None, "RuleChangeShown", ""),
    ("post", "/api/v1/grading/changes/{id}/assess", "assessRules", "Measure every classified dataset with both packs", None, "RuleChangeShown", "job"),
    ("post", "/api/v1/grading/changes/{id}/decide", "decideRules", "Decision of a security officer; second factor", {"approve": "boolean", "reason": "string"}, "RuleChangeShown", ""),
    ("get", "/api/v1/grading/items", "describedItems", "Described items: paper, film, tapes, without content", None, "DescribedItems", ""),
    ("post", "/api/v1/grading/items", "describeItem", "Describe a holding that no plan collects", {"title": "string", "medium": "string", "place": "string"}, (201, "DescribedItemObject"), ""),
    ("get", "/api/v1/grading/items/{id}", "describedItem", "A described item with every kept version of its answers", None, "DescribedItemObject", ""),
    ("post", "/api/v1/grading/items/{id}", "redescribeItem", "Answer anew; members that are not sent stay", "ItemFacts", "DescribedItemObject", ""),
    ("post", "/api/v1/grading/items/{id}/grade", "gradeItem", "Category and level of an item", {"type": "string", "category": "string", "level": "integer", "reason": "string"}, "DescribedItemObject", ""),
    ("post", "/api/v1/grading/items/{id}/end", "endItem", "The item was destroyed or handed over", P, "DescribedItemObject", ""),
    ("get", "/api/v1/grading/processes", "processes", "Business-process diagrams", None, "ProcessList", ""),
    ("post", "/api/v1/grading/processes", "drawProcess", "Draw a business process", {"title": "string", "nodes": "array"}, (201, "GradedProcess"), ""),
    ("get", "/api/v1/grading/processes/{id}", "process", "A diagram with the level of each node", None, "GradedProcess", ""),
    ("post", "/api/v1/grading/processes/{id}", "redrawProcess", "The next version of a diagram", {"title": "string", "nodes": "array"}, "GradedProcess", ""),
    ("get", "/api/v1/grading/processes/{id}/picture", "processPicture", "The diagram as SVG, drawn by the node", None, "application/octet-stream", ""),
    ("post", "/api/v1/grading/processes/{id}/remove", "removeProcess", "Take a diagram away", P, "ProcessList", ""),
    ("get", "/api/v1/scans", "scans", "Scans of sources, the newest first; data managers and security officers", None, "Scans", ""),
    ("post", "/api/v1/scans", "startScan", "Scan a source, which gives an inventory that nobody confirmed yet: a registered database by its id, files as base64, or, from this machine alone, a database with its password or a folder", "ScanAsk", "ScanObject", "job"),
    ("get", "/api/v1/scans/{id}", "scan", "A scan: how far it is, what it found by level", None, "ScanObject", ""),
    ("get", "/api/v1/scans/{id}/tables", "scanTables", "Its tables, with how well the sample stands for each and what could not be read", None, "ScanTables", ""),
    ("get", "/api/v1/scans/{id}/fields", "scanFields", "Its fields with type, category, level and reasons; q, level and review narrow it", None, "ScanFields", "q level review"),
    ("get", "/api/v1/scans/{id}/list", "scanList", "The classification-and-grading list of it: format is xlsx, csv or json; who takes it is on record", None, "application/octet-stream", "format"),
    ("post", "/api/v1/scans/{id}/resume", "resumeScan", "Go on where it stopped; the password of a database that is not registered", {"password": "string"}, "ScanObject", "job"),
    ("post", "/api/v1/scans/{id}/stop", "stopScan", "Ends it after the table that is being read", None, "ScanObject", ""),
    ("post", "/api/v1/scans/{id}/remove", "removeScan", "What is kept of it goes", None, "Scans", ""),
    ("get", "/api/v1/grading/own-levels", "ownLevels", "The organisation's own scale of levels, mapped to the standard five", None, "OwnScaleShown", ""),
    ("post", "/api/v1/grading/own-levels", "adoptOwnLevels", "Adopt a scale; security officer, second factor", {"levels": "array", "reason": "string"}, "OwnScaleShown", ""),
    ("get", "/api/v1/datasets/{id}/answers", "datasetAnswers", "What people said of a dataset, by version, and what is still asked", None, "DatasetAnswers", ""),
    ("get", "/api/v1/flow/{id}", "flow", "The whole flow through a batch, dataset, version, product, release, provision or operation, to every recipient and back to the sources (docs/formats/flow.md)", None, "FlowObject", ""),
    ("get", "/api/v1/datasets/{id}/usage", "datasetUsage", "How often and for what the dataset is used", None, "DatasetUsage", ""),
    ("get", "/api/v1/catalog/search", "searchCatalog", "The catalog by Chinese, pinyin, initials and English", None, "CatalogFound", "q limit"),
    ("get", "/api/v1/grading/lowerings", "lowerings", "Levels below the rules' floor", None, "Lowerings", ""),
    ("post", "/api/v1/grading/lowerings", "requestLowering", "Ask for a level below the floor", {"dataset": "string", "column": "string", "level": "integer", "days": "integer", "reason": "string", "measures": "string"}, (201, "object"), ""),
    ("post", "/api/v1/grading/lowerings/{id}/decide", "decideLowering", "Decision of the personal-information officer; second factor", {"approve": "boolean", "reason": "string"}, "Lowerings", ""),
    ("get", "/api/v1/datasets/{id}/facts", "datasetFacts", "What people said of a dataset", None, "DatasetFacts", ""),
    ("post", "/api/v1/datasets/{id}/facts", "describeDataset", "Say what cannot be measured; members that are not sent stay", None, "DatasetObject", ""),
    ("get", "/api/v1/datasets/{id}/profile", "datasetProfile", "Profile of each field, quality indicators, drift", None, "DatasetProfile", ""),
    ("post", "/api/v1/datasets/{id}/versions/{version}/association", "measureAssociation", "Combinations of quasi-identifiers that single rows out", "AssociationAsk", "AssociationResult", "job"),
    ("delete", "/api/v1/jobs/{id}", "cancelJob", "Cancel a running job of one's own: its worker is killed, nothing is left", None, "Job", ""),
    ("get", "/api/v1/datasets/{id}/versions/{version}/deident", "deidentOverview", "Where a version stands: columns with grades, suggested quasi-identifiers, strategies, maskings (docs/formats/deident-api.md)", None, "DeidentOverview", ""),
    ("post", "/api/v1/datasets/{id}/versions/{version}/plan", "planStrategy", "Compose a strategy from the default profile, or look at the given one", "PlanAsk", "StrategyPlan", "job"),
    ("post", "/api/v1/datasets/{id}/versions/{version}/preview", "previewStrategy", "Try a strategy on a sealed version; values before masking only under an approved operation", "PreviewAsk", "StrategyPreview", "job"),
    ("post", "/api/v1/datasets/{id}/versions/{version}/compare", "compareStrategies", "Two strategies over the same rows", "CompareAsk", "StrategyComparison", "job"),
    ("get", "/api/v1/receipts", "receipts", "Maskings with their receipts, newest first", None, ["ReceiptItem"], ""),
    ("post", "/api/v1/versions/{id}/recheck", "recheckVersion", "The independent check of a masked version against its receipt", "RecheckAsk", "RecheckReport", "job"),
    ("post", "/api/v1/releases/{id}/recheck", "recheckRelease", "The same of a delivered file or of an API, whose rows and newest pages are made again from the sealed version", "RecheckAsk", "RecheckReport", "job"),
    ("get", "/api/v1/deident/marks", "marks", "Releases that bear recipient marks", None, ["MarkItem"], ""),
    ("post", "/api/v1/deident/suspects", "addSuspectPart", "A part of a found file that is larger than one request; kept in memory until it is traced, half an hour at most", "SuspectPart", (201, "SuspectUpload"), ""),
    ("post", "/api/v1/deident/trace", "trace", "Whose copy a found file was made from; security officer, on record", "TraceAsk", "TraceResult", "job"),
    ("get", "/api/v1/deident/traces", "traces", "Traces that were made", None, ["TraceItem"], "status"),
    ("get", "/api/v1/deident/audit", "deidentAudit", "Outputs whose strategy is outdated, incomplete or misused", None, "DeidentAudit", "dataset"),
    ("get", "/api/v1/reversals", "reversals", "Reversals of masked values that were asked for", None, ["Reversal"], "status"),
    ("post", "/api/v1/reversals", "requestReversal", "Ask for what masked values stand for; a second person decides", "ReversalAsk", (201, "Reversal"), ""),
    ("get", "/api/v1/reversals/{id}", "reversal", "A reversal", None, "Reversal", ""),
    ("post", "/api/v1/reversals/{id}/decide", "decideReversal", "Allow or refuse, by a second person with the second factor", {"approve": "boolean", "reason": "string"}, "Reversal", ""),
    ("post", "/api/v1/reversals/{id}/withdraw", "withdrawReversal", "Take it back", None, "Reversal", ""),
    ("post", "/api/v1/reversals/{id}/run", "runReversal", "The values, once, to who asked; second factor", None, "ReversedValues", ""),
    ("get", "/api/v1/strategy-drafts", "strategyDrafts", "Masking strategies that were submitted for review", None, ["StrategyDraft"], "status"),
    ("post", "/api/v1/datasets/{id}/strategy-drafts", "submitStrategyDraft", "Submit a strategy for a second person's review", "DraftAsk", (201, "StrategyDraft"), ""),
    ("get", "/api/v1/strategy-drafts/{id}", "strategyDraft", "A draft with its text, byte for byte: what is to be signed", None, "StrategyDraft", ""),
    ("post", "/api/v1/strategy-drafts/{id}/decide", "decideStrategyDraft", "Pass it by one's signature of exactly the text, or refuse it without one and say why", "DraftWord", "StrategyDraft", ""),
    ("post", "/api/v1/strategy-drafts/{id}/withdraw", "withdrawStrategyDraft", "Take it back", None, "StrategyDraft", ""),
    ("post", "/api/v1/strategy-drafts/{id}/adopt", "adoptStrategyDraft", "Adopt a signed draft", None, (201, "Strategy"), ""),
    ("get", "/api/v1/products", "products", "Data products", None, ["ProductObject"], "status"),
    ("get", "/api/v1/products/{id}/certificate", "registrationCertificate", "The registration certificate of a product; format json (for sluice verify) or pdf", None, "object", "format"),
    ("post", "/api/v1/products", "draftProduct", "Draft a product", "DraftProduct", (201, "ProductObject"), ""),
    ("get", "/api/v1/products/{id}", "product", "A product", None, "ProductObject", ""),
    ("post", "/api/v1/products/{id}/check", "checkProduct", "The node's automatic check", None, "ProductObject", "job"),
    ("post", "/api/v1/products/{id}/review", "reviewProduct", "The agency's review", "ReviewProduct", "ProductObject", ""),
    ("post", "/api/v1/products/{id}/register", "registerProduct", "The platform's registration", "RegisterProduct", "ProductObject", ""),
    ("post", "/api/v1/products/{id}/withdraw", "withdrawProduct", "Withdraw", "WithdrawProduct", "ProductObject", ""),
    ("get", "/api/v1/applications", "applications", "Applications", None, ["ApplicationObject"], "status"),
    ("post", "/api/v1/applications", "submitApplication", "Apply for a product", "SubmitApplication", (201, "ApplicationObject"), ""),
    ("get", "/api/v1/applications/{id}", "application", "An application", None, "ApplicationObject", ""),
    ("post", "/api/v1/applications/{id}/vote", "vote", "Vote", "CastVote", "ApplicationObject", ""),
    ("post", "/api/v1/applications/{id}/recuse", "recuse", "Stand aside", "RecuseMember", "ApplicationObject", ""),
    ("post", "/api/v1/applications/{id}/close-vote", "closeVote", "Close a vote whose deadline has passed", "CloseVote", "ApplicationObject", ""),
    ("post", "/api/v1/applications/{id}/withdraw", "withdrawApplication", "Withdraw", "WithdrawApplication", "ApplicationObject", ""),
    ("post", "/api/v1/applications/{id}/reveal-filter", "revealFilter", "The row filter in full, personal values and salts too; second factor, recorded", None, "RevealedFilter", ""),
    ("post", "/api/v1/applications/{id}/erase-filter", "eraseFilter", "Destroy the personal values of a condition; what rests on it fails closed", "EraseFilter", "ApplicationObject", ""),
    ("post", "/api/v1/applications/{id}/contract", "draftContract", "Draft the contract of an approved application", "DraftContract", (201, "ContractObject"), ""),
    ("get", "/api/v1/mandates", "mandates", "Mandates of brokers: of the principal, of the broker once they were confirmed, all for who sees all; status is what they are now", None, ["MandateObject"], "status"),
    ("post", "/api/v1/mandates", "proposeMandate", "Let a broker act for the own party; scan (base64) in place of digest. A signer confirms it, then the broker accepts", "MandateAsk", (201, "MandateObject"), ""),
    ("get", "/api/v1/mandates/{id}", "mandate", "A mandate with what was done under it, drafted applications and, for the broker, what products may be drafted on", None, "MandateObject", ""),
    ("get", "/api/v1/mandates/{id}/scan", "mandateScan", "The scan of its document; on record", None, "application/octet-stream", ""),
    ("post", "/api/v1/mandates/{id}/confirm", "confirmMandate", "As a signer of the principal, another person than who proposed it: confirm (second factor) or refuse", "ConfirmMandate", "MandateObject", ""),
    ("post", "/api/v1/mandates/{id}/accept", "acceptMandate", "As the broker: accept (second factor) or decline", "AcceptMandate", "MandateObject", ""),
    ("post", "/api/v1/mandates/{id}/end", "endMandate", "End it at once, as the principal or the broker", "EndMandate", "MandateObject", ""),
    ("post", "/api/v1/mandates/{id}/applications", "draftApplication", "As the broker: draft an application, which a person of the principal submits", "DraftApplication", (201, "MandateObject"), ""),
    ("post", "/api/v1/mandates/{id}/applications/{draft}/decide", "decideDraftedApplication", "As the principal: submit a drafted application as the own one, or refuse it", "DecideDraftedApplication", "MandateObject", ""),
    ("post", "/api/v1/mandates/{id}/applications/{draft}/withdraw", "withdrawDraftedApplication", "As the broker: take a drafted application back", "WithdrawDraftedApplication", "MandateObject", ""),
    ("post", "/api/v1/mandates/{id}/products", "draftProductFor", "As the broker: draft a product of the principal", "DraftProduct", (201, "ProductObject"), ""),
    ("post", "/api/v1/mandates/{id}/contracts", "draftContractFor", "As the broker: draft the contract of an approved application for a product of the principal; both sides sign it themselves", "DraftContract", (201, "ContractObject"), ""),
    ("post", "/api/v1/mandates/{id}/chase", "chaseDelivery", "As the broker: remind the provider of a delivery; once a day", "ChaseDelivery", "MandateObject", ""),
    ("post", "/api/v1/mandates/{id}/chase-destruction", "chaseDestruction", "As the broker: remind a recipient whose certificate of destruction is overdue; once a day", "ChaseRecipient", "MandateObject", ""),
    ("get", "/api/v1/contracts", "contracts", "Contracts", None, ["ContractObject"], "status"),
    ("get", "/api/v1/contracts/{id}", "contract", "A contract with the document that is signed", None, "ContractObject", ""),
    ("post", "/api/v1/contracts/{id}/sign", "signContract", "Sign, with a key that the node never sees", "SignContract", "ContractObject", ""),
    ("post", "/api/v1/contracts/{id}/suspend", "suspendContract", "Suspend", "SuspendContract", "ContractObject", ""),
    ("post", "/api/v1/contracts/{id}/resume", "resumeContract", "Resume", "ResumeContract", "ContractObject", ""),
    ("post", "/api/v1/contracts/{id}/terminate", "terminateContract", "Terminate", "TerminateContract", "ContractObject", ""),
    ("post", "/api/v1/contracts/{id}/release", "release", "Release a file (200), or open the API (201, with the token once)", "ReleaseRequest", "ReleaseObject", "job opened"),
    ("get", "/api/v1/releases", "releases", "Releases", None, ["ReleaseObject"], "status"),
    ("get", "/api/v1/releases/{id}", "releaseById", "A release with its eight stations", None, "ReleaseObject", ""),
    ("get", "/api/v1/releases/{id}/passport", "passport", "The passport bundle (docs/formats/passport.md)", None, "object", ""),
    ("get", "/api/v1/releases/{id}/file", "envelope", "The sealed envelope, for its recipient", None, "application/octet-stream", ""),
    ("post", "/api/v1/releases/{id}/revoke", "revokeRelease", "Revoke", "RevokeRelease", "ReleaseObject", ""),
    ("post", "/api/v1/releases/{id}/destruction", "certifyDestruction", "Take in the recipient's destruction certificate (docs/formats/destruction.md)", "CertifyDestruction", "ReleaseObject", ""),
    ("post", "/api/v1/releases/{id}/erase-queries", "eraseQueries", "Destroy the personal values of all queries of a release", "EraseQueries", "ReleaseObject", ""),
    ("get", "/api/v1/data", "data", "Rows of an API release; filters as COLUMN.OP=VALUE (eq ne lt le gt ge in prefix)", None, "Rows", "token"),
    ("post", "/api/v1/backups", "backup", "Back up the space; this machine's command line only", "BackupAsk", "object", ""),
    ("get", "/api/v1/storage", "storage", "What lies in which tier, quotas, forecast, inventories, rehearsals and what is due", None, "StorageObject", ""),
    ("post", "/api/v1/storage/policy", "adoptStoragePolicy", "Quotas and schedules; another backup folder over the local socket only", {"policy": "StoragePolicy"}, "StorageObject", ""),
    ("post", "/api/v1/storage/inventory", "takeInventory", "Hash every sealed chunk again", None, "InventoryRun", "job"),
    ("post", "/api/v1/storage/tiers", "placeVersions", "Move versions to the tier of their level", None, "PlaceAnswer", "job"),
    ("post", "/api/v1/storage/backup", "backupNow", "Back up into the folder of the policy, as the schedule would", None, "BackupMade", "job"),
    ("post", "/api/v1/storage/rehearsal", "rehearseRestore", "Restore the newest backup into a temporary folder and verify it whole", "RehearsalAsk", "Rehearsal", "job"),
    ("get", "/api/v1/alarms", "alarms", "Alarms that one may see: what stands first, the gravest first (docs/formats/alarm.md)", None, ["AlarmObject"], "status"),
    ("get", "/api/v1/alarms/{id}", "alarm", "An alarm: its rule, who took it up, which channel was told and what is still owed", None, "AlarmObject", ""),
    ("post", "/api/v1/alarms/{id}/acknowledge", "acknowledgeAlarm", "Take an alarm up", "AcknowledgeAlarm", "AlarmObject", ""),
    ("post", "/api/v1/alarms/{id}/clear", "clearAlarm", "Clear an alarm about what somebody did; not by whom it is about", "ClearAlarm", "AlarmObject", ""),
    ("get", "/api/v1/alarm-settings", "alarmSettings", "What is watched, as this space has it, and for administrators the channels", None, "AlarmSettingsObject", ""),
    ("post", "/api/v1/alarm-settings", "setAlarms", "Set the alarms as a whole; security administrator, second factor", "SetAlarms", "AlarmSettingsObject", ""),
    ("post", "/api/v1/alarm-channels", "setAlarmChannel", "Set a channel, or replace the one of its name; its host must be allowed; system administrator, second factor", "AlarmChannelAsk", "AlarmSettingsObject", ""),
    ("post", "/api/v1/alarm-channels/{id}/remove", "removeAlarmChannel", "Take a channel away", "RemoveAlarmChannel", "AlarmSettingsObject", ""),
    ("post", "/api/v1/alarm-channels/{id}/test", "testAlarmChannel", "Send a test message now; the problem is why it did not arrive", None, "AlarmSettingsObject", ""),
    ("get", "/api/v1/references", "references", "Code tables of the own organisation and their versions", None, "References", ""),
    ("post", "/api/v1/references", "adoptCodeTable", "A version of a code table, with the days from which it holds", "CodeTableAsk", (201, "CodeTable"), ""),
    ("post", "/api/v1/backups/escrow", "handOutEpochs", "A copy of every living epoch's secret into a folder of this machine; its command line only", {"folder": "string"}, (201, "HandedOut"), ""),
    ("post", "/api/v1/backups/epochs/{id}/copy-gone", "epochCopyGone", "Say that a copy of a closed epoch's secret, which the node cannot reach, was destroyed; second factor", {"place": "string", "note": "string"}, "Backups", ""),
    ("get", "/api/v1/backups", "backups", "Backups and their epochs", None, "Backups", ""),
    ("post", "/api/v1/data", "dataByBody", "The same, asked in the body: for values that should stand in no log", "DataQuery", "Rows", "token"),
    ("get", "/api/v1/key-works", "keyWorks", "Operations on keys, and what was destroyed", None, "KeyWorks", ""),
    ("get", "/api/v1/key-works/{id}", "keyWork", "One operation on keys", None, "KeyWorkObject", ""),
    ("post", "/api/v1/key-works", "proposeKeyWork", "Propose an operation on keys; others witness it", "KeyWorkAsk", (201, "KeyWorkObject"), ""),
    ("post", "/api/v1/key-works/{id}/decide", "decideKeyWork", "A head or the committee decides a destruction before it is witnessed", "DecideKeyWork", "KeyWorkObject", ""),
    ("post", "/api/v1/key-works/{id}/witness", "witnessKeyWork", "Agree or refuse, with the second factor", "WitnessKeyWork", "KeyWorkObject", ""),
    ("post", "/api/v1/key-works/{id}/carry-out", "carryOutKeyWork", "Carry out what was witnessed", None, "KeyWorkAnswer", "job"),
    ("get", "/api/v1/key-works/{id}/certificate", "destructionCertificate", "The certificate of a destruction", None, "object", ""),
    ("get", "/api/v1/ledger", "ledger", "Head, last checkpoint, verifier keys", None, "LedgerHead", ""),
    ("get", "/api/v1/ledger/entries", "entries", "Entries, newest first; a short page may have a next one", None, ["LedgerEntry"], "entries"),
    ("post", "/api/v1/ledger/verification", "verifyLedger", "Verify the whole ledger in the background", None, (202, "Verification"), ""),
    ("get", "/api/v1/ledger/verification/{id}", "verification", "How far a verification is", None, "Verification", ""),
    ("get", "/api/v1/ledger/trust", "trust", "The trust file", None, "text/plain", ""),
    ("get", "/api/v1/parties", "parties", "Parties that this person may know", None, ["PartyObject"], "status"),
    ("post", "/api/v1/parties", "registerParty", "Register a party", "RegisterParty", (201, "PartyObject"), ""),
    ("get", "/api/v1/parties/{id}", "party", "A party", None, "PartyObject", ""),
    ("post", "/api/v1/parties/{id}/verify", "verifyParty", "Verify, by a second person", "VerifyParty", "PartyObject", ""),
    ("post", "/api/v1/parties/{id}/key", "registerPartyKey", "Propose the public key with proof of possession, as security administrator or signer of the party; it counts once another person confirmed it; second factor", "RegisterPartyKey", "PartyObject", ""),
    ("post", "/api/v1/parties/{id}/key/decide", "decidePartyKey", "Confirm or refuse the proposed key, by another person: an administrator, or, of what an administrator proposed, a signer of the party; second factor", "DecidePartyKey", "PartyObject", ""),
    ("post", "/api/v1/parties/{id}/clients", "proposeClient", "Propose a client certificate, or an authority of such, of the party's programs; it counts once another person confirmed it; second factor", "ProposeClient", "PartyObject", ""),
    ("post", "/api/v1/parties/{id}/clients/{client}/decide", "decideClient", "Confirm or refuse it, by another person: an administrator, or, of what an administrator proposed, a signer of the party; second factor", "DecideClient", "PartyObject", ""),
    ("post", "/api/v1/parties/{id}/clients/{client}/end", "endClient", "Remove it: it does not count from the next call on", "EndClient", "PartyObject", ""),
    ("post", "/api/v1/parties/{id}/clients/{client}/revocations", "takeClientRevocations", "Take in the authority's revocation list", "TakeClientRevocations", "PartyObject", ""),
    ("post", "/api/v1/parties/{id}/mutual-tls", "demandMutualTls", "Demand a client certificate of each call for the party or of its data; second factor", "DemandMutualTls", "PartyObject", ""),
    ("post", "/api/v1/parties/{id}/mutual-tls/end", "askMutualTlsEnd", "Ask to demand it no more; second factor", "AskMutualTlsEnd", "PartyObject", ""),
    ("post", "/api/v1/parties/{id}/mutual-tls/end/decide", "decideMutualTlsEnd", "Demand it no more, or go on, by another person; second factor", "DecideMutualTlsEnd", "PartyObject", ""),
    ("post", "/api/v1/parties/{id}/resume", "resumeParty", "Ask to resume a suspended party; second factor", "ResumeParty", "PartyObject", ""),
    ("post", "/api/v1/parties/{id}/resume/decide", "decideResume", "Resume the party or leave it suspended, by another administrator; second factor", "DecideResume", "PartyObject", ""),
    ("post", "/api/v1/parties/{id}/suspend", "suspendParty", "Suspend", "SuspendParty", "PartyObject", ""),
    ("get", "/api/v1/people", "people", "People that this person may know", None, ["PersonObject"], ""),
    ("post", "/api/v1/people", "enrolPerson", "Enrol a person; the first password is shown once", "EnrolRequest", (201, "PersonObject"), ""),
    ("get", "/api/v1/people/{id}", "person", "A person", None, "PersonObject", ""),
    ("post", "/api/v1/people/{id}/duties", "grantDuty", "Grant a duty", "GrantDuty", "PersonObject", ""),
    ("delete", "/api/v1/people/{id}/duties/{duty}", "revokeDuty", "Revoke a duty", None, "PersonObject", "reason"),
    ("post", "/api/v1/people/{id}/duties/{duty}/revoke", "revokeDutyWithReason", "Revoke a duty", P, "PersonObject", ""),
    ("post", "/api/v1/people/{id}/ask-reset", "askCredentialReset", "Ask for new credentials of a person (password, totp or both)", "AskCredentialReset", "PersonObject", ""),
    ("post", "/api/v1/people/{id}/allow-reset", "allowCredentialReset", "Allow what another administrator asked for; a new password is shown once", None, "PersonObject", ""),
    ("post", "/api/v1/people/{id}/resume", "resumePerson", "Ask to let a suspended account act again; another administrator decides; second factor", "ResumePerson", "PersonObject", ""),
    ("post", "/api/v1/people/{id}/resume/decide", "decidePersonResume", "Let it act again with the duties it has, or not, by another administrator; second factor", "DecidePersonResume", "PersonObject", ""),
    ("post", "/api/v1/people/{id}/suspend", "suspendPerson", "Suspend; open sessions end", "SuspendPerson", "PersonObject", ""),
    ("get", "/api/v1/protection", "protection", "Protection measures of each level", None, "Protection", ""),
    ("get", "/api/v1/access/rules", "accessRules", "Access rules of the own party, operation kinds, windows", None, "AccessRulesObject", ""),
    ("post", "/api/v1/access/rules", "adoptAccessRules", "Replace the access rules of the own party", "AdoptAccessRules", "AccessRulesObject", ""),
    ("get", "/api/v1/access/rights", "rights", "Rights with scope and expiry", None, ["RightObject"], ""),
    ("post", "/api/v1/access/rights", "grantAccess", "Grant a right to a person or a unit", "GrantAccess", (201, "AccessGranted"), ""),
    ("post", "/api/v1/access/rights/{id}/revoke", "revokeAccess", "Revoke a right; counts at once", "RevokeAccess", "AccessRevoked", ""),
    ("get", "/api/v1/access/who", "whoCould", "Who could do this to a column, and why (dataset, column, version, action, purpose)", None, "WhoCould", "who"),
    ("get", "/api/v1/access/unused", "unusedRights", "Rights and duties that nobody used (days)", None, "UnusedRights", "days"),
    ("get", "/api/v1/access/log", "permissionLog", "The permission log, newest first", None, "PermissionLog", ""),
    ("get", "/api/v1/operations", "operations", "Operations on data inside the agency", None, ["OperationObject"], "status"),
    ("post", "/api/v1/operations", "requestOperation", "Ask for an operation: under the standing approval, or for a person's decision", "RequestOperation", (201, "OperationObject"), ""),
    ("get", "/api/v1/operations/{id}", "operation", "An operation", None, "OperationObject", ""),
    ("post", "/api/v1/operations/{id}/decide", "decideOperation", "A second person decides", "DecideOperation", "OperationObject", ""),
    ("post", "/api/v1/operations/{id}/withdraw", "withdrawOperation", "Withdraw", "WithdrawOperation", "OperationObject", ""),
    ("post", "/api/v1/operations/{id}/run", "runOperation", "Do it: {operation, values} of list_values, else {operation}", None, "OperationRun", "job"),
    ("get", "/api/v1/operations/{id}/file", "operationFile", "The sealed file of a download or copy", None, "application/octet-stream", ""),
    ("get", "/api/v1/exceptions", "exceptions", "Exceptions to the rights of a post", None, ["ExceptionObject"], "status"),
    ("post", "/api/v1/exceptions", "requestException", "Ask the personal-information officer for an exception", "RequestException", (201, "ExceptionObject"), ""),
    ("get", "/api/v1/exceptions/{id}", "exception", "An exception", None, "ExceptionObject", ""),
    ("post", "/api/v1/exceptions/{id}/decide", "decideException", "The officer decides", "DecideException", "ExceptionObject", ""),
    ("post", "/api/v1/exceptions/{id}/end", "endException", "End it early", "EndException", "ExceptionObject", ""),
    ("post", "/api/v1/exceptions/{id}/review", "reviewException", "Review it when it is over", "ReviewException", "ExceptionObject", ""),
    ("get", "/api/v1/releases/{id}/calls", "releaseCalls", "The calls of an API release with their receipts", None, "ReleaseCalls", ""),
    ("get", "/api/v1/law/template", "lawTemplate", "The law pack in force: questions, risk table, kinds of papers, requests and provisions, retention", None, "LawTemplate", ""),
    ("get", "/api/v1/law/papers", "lawPapers", "Legal papers", None, ["PaperObject"], "status"),
    ("post", "/api/v1/law/papers", "enterPaper", "Enter a legal paper; scan (base64) in place of digest", "PaperAsk", (201, "PaperObject"), ""),
    ("get", "/api/v1/law/papers/{id}", "lawPaper", "A legal paper", None, "PaperObject", ""),
    ("post", "/api/v1/law/papers/{id}/check", "checkPaper", "A second person checks it", "CheckPaper", "PaperObject", ""),
    ("post", "/api/v1/law/papers/{id}/end", "endPaper", "End it", "EndPaper", "PaperObject", ""),
    ("get", "/api/v1/law/papers/{id}/scan", "paperScan", "Its scan", None, "application/octet-stream", ""),
    ("get", "/api/v1/law/assessments", "assessments", "Impact assessments", None, ["AssessmentObject"], "status"),
    ("post", "/api/v1/law/assessments", "draftAssessment", "Draft an impact assessment", "AssessmentForm", (201, "AssessmentObject"), ""),
    ("get", "/api/v1/law/assessments/{id}", "assessment", "An impact assessment", None, "AssessmentObject", ""),
    ("post", "/api/v1/law/assessments/{id}/decide", "decideAssessment", "The personal-information officer decides", "DecideAssessment", "AssessmentObject", ""),
    ("get", "/api/v1/law/consents", "consents", "Separate consents of persons", None, ["ConsentObject"], ""),
    ("post", "/api/v1/law/consents", "recordConsent", "Record a separate consent; the identifier goes to the registry", "ConsentAsk", (201, "ConsentObject"), ""),
    ("get", "/api/v1/law/consents/{id}", "consent", "A separate consent", None, "ConsentObject", ""),
    ("post", "/api/v1/law/consents/{id}/check", "checkConsent", "The second desk's word; the node looks whether the person is in the data", {"accept": "boolean", "note": "string"}, "ConsentObject", ""),
    ("post", "/api/v1/law/consents/{id}/search", "searchConsent", "Look again for the person of a consent that was accepted and not searched", None, "ConsentObject", ""),
    ("post", "/api/v1/law/consents/{id}/confirm-unsearchable", "confirmUnsearchable", "As another person: say why nobody can be searched for", "ConfirmUnsearchable", "ConsentObject", ""),
    ("post", "/api/v1/law/consents/text", "consentText", "What the person signs with an own key: one document that names person, product, recipient, purpose, fields and end", "ConsentTextAsk", "ConsentText", ""),
    ("get", "/api/v1/law/consents/{id}/signature", "consentSignature", "The person's own signature and what it is under; the reading is recorded", None, "SignedConsent", ""),
    ("post", "/api/v1/law/consents/{id}/withdraw", "withdrawConsent", "Withdraw it; counts on the next request", "WithdrawConsent", "ConsentObject", ""),
    ("get", "/api/v1/law/cases/{id}", "legalCase", "What a contract's releases demand, and what is there", None, "LegalCaseObject", ""),
    ("get", "/api/v1/law/requests", "subjectRequests", "Requests of persons", None, ["SubjectRequestObject"], "status"),
    ("post", "/api/v1/law/requests", "takeSubjectRequest", "Take in a person's request", "SubjectRequestAsk", (201, "SubjectRequestObject"), ""),
    ("get", "/api/v1/law/requests/{id}", "subjectRequest", "A person's request", None, "SubjectRequestObject", ""),
    ("post", "/api/v1/law/requests/{id}/verify", "verifySubject", "The person was verified; the token is shown once", {"method": "string", "evidence": "string"}, "VerifiedSubject", ""),
    ("post", "/api/v1/law/requests/{id}/decide", "decideSubjectRequest", "The personal-information officer decides", "DecideSubjectRequest", "SubjectRequestObject", ""),
    ("post", "/api/v1/law/requests/{id}/search", "searchSubject", "Look for the person's rows in the columns that identify people, of all raw versions, under grants and on record", None, "SubjectRequestObject", "job"),
    ("get", "/api/v1/law/requests/{id}/links", "subjectLinks", "The person's other numbers that searches found, each by its kind and a part of it; the reading is on record", None, "SubjectLinks", ""),
    ("post", "/api/v1/law/requests/{id}/links", "decideSubjectLinks", "Of numbers that were found: which are this person's and which are not; second factor. Those that are the next search looks for too", "DecideSubjectLinks", "SubjectRequestObject", ""),
    ("post", "/api/v1/law/requests/{id}/delete", "deleteSubject", "Of a granted deletion: propose one key work over all versions that hold rows; others witness it", None, (201, "ProposedDeletion"), ""),
    ("post", "/api/v1/law/requests/{id}/corrections", "proposeCorrection", "Of a granted request to correct: propose which field of which version is made right; the value is sealed and never in the ledger. With way source: in which version the source's own correction arrived", "CorrectionProposal", (201, "SubjectRequestObject"), ""),
    ("post", "/api/v1/law/corrections/{id}/value", "correctionValue", "What is proposed, for who may decide about it; second factor, on record", None, "CorrectionValue", ""),
    ("post", "/api/v1/law/corrections/{id}/decide", "decideCorrection", "As another person: confirm or refuse a correction; what was approved and cannot be carried out is refused too; second factor", "DecideRowCorrection", "SubjectRequestObject", ""),
    ("post", "/api/v1/law/corrections/{id}/carry-out", "carryOutCorrection", "Write the version again with the person's cell made right", None, "CorrectionAnswer", "job"),
    ("post", "/api/v1/law/requests/{id}/answer", "answerSubjectRequest", "Answer it", "SubjectAnswerAsk", "SubjectRequestObject", ""),
    ("get", "/api/v1/law/requests/{id}/answer", "subjectAnswer", "The answer as it was given", None, "SubjectAnswer", ""),
    ("get", "/api/v1/law/provisions", "provisions", "Statutory provisions", None, ["ProvisionObject"], "status"),
    ("post", "/api/v1/law/provisions", "requestProvision", "Ask for a statutory provision; scan (base64) of the document", "ProvisionAsk", (201, "ProvisionObject"), ""),
    ("get", "/api/v1/law/provisions/{id}", "provision", "A statutory provision", None, "ProvisionObject", ""),
    ("post", "/api/v1/law/provisions/{id}/approve", "approveProvision", "One of its approvers decides", "ApproveProvision", "ProvisionObject", ""),
    ("post", "/api/v1/law/provisions/{id}/deliver", "deliverProvision", "Seal it for the requester", None, "ProvisionObject", "job"),
    ("get", "/api/v1/law/provisions/{id}/file", "provisionFile", "The sealed file", None, "application/octet-stream", ""),
    ("get", "/api/v1/law/provisions/{id}/scan", "provisionScan", "The scan of its document", None, "application/octet-stream", ""),
    ("get", "/api/v1/law/provisions/{id}/notice", "provisionNotice", "What goes to the requester with the file", None, "ProvisionNotice", ""),
    ("post", "/api/v1/law/provisions/{id}/chase", "chaseProvision", "Remind a requester that is overdue with its certificate", "ChaseProvision", "ProvisionObject", ""),
    ("post", "/api/v1/law/provisions/{id}/destruction", "certifyProvision", "The requester's signed certificate that it destroyed or returned what it had", "ProvisionCertificate", "ProvisionObject", ""),
    ("post", "/api/v1/law/provisions/{id}/note", "noteProvision", "Supervision has noted it", "NoteProvision", "ProvisionObject", ""),
    ("get", "/api/v1/law/retention", "retention", "How long each version is kept", None, "RetentionRegister", ""),
    ("post", "/api/v1/law/retention/{id}/keep", "keepLonger", "Keep a version longer, with the reason", "KeepLonger", "RetentionRegister", ""),
    ("post", "/api/v1/law/retention/{id}/end-hold", "endHold", "As another person than who set it: end early what a version is kept for beyond its class; second factor", "EndHold", "RetentionRegister", ""),
    ("post", "/api/v1/releases/{id}/chase", "chaseRecipient", "Remind a recipient whose certificate is overdue; once a day", "ChaseRecipient", "ReleaseObject", ""),
    ("get", "/api/v1/law/report", "lawReport", "Statutory provisions, overdue recipients, late requests", None, "LawReport", ""),
    ("get", "/api/v1/my", "ownRecord", "A person's own record, with the token of a verified request", None, "OwnRecord", "token"),
    ("post", "/api/v1/my/consents/{id}/withdraw", "withdrawOwnConsent", "The person withdraws a consent", None, "OwnRecord", "token"),
    ("get", "/api/v1/organisation", "organisation", "Units, deputies and outside staff of the own party", None, "Organisation", ""),
    ("get", "/api/v1/organisation/figures", "departmentFigures", "Figures of the departments of the own party over the last days (90), with the rules and procedures they work by", None, "DepartmentFiguresShown", "days"),
    ("post", "/api/v1/units", "addUnit", "A new unit of the chart", "DefineUnit", "Organisation", ""),
    ("post", "/api/v1/units/{id}", "changeUnit", "Change a unit", "DefineUnit", "Organisation", ""),
    ("post", "/api/v1/units/{id}/head", "nameHead", "Name the head of a unit, or nobody; security administrator, second factor", "NameHead", "Organisation", ""),
    ("post", "/api/v1/people/{id}/unit", "placePerson", "Place a person in a unit", "PlaceInUnit", "Organisation", ""),
    ("post", "/api/v1/people/{id}/engagement", "engageOutsider", "Outside staff: sponsor and end date", "EngageOutsider", "Organisation", ""),
    ("post", "/api/v1/deputyships", "appointDeputy", "Appoint a deputy for a period", "AppointDeputy", "Organisation", ""),
    ("post", "/api/v1/deputyships/{id}/end", "endDeputyship", "End a deputyship", "EndDeputyship", "Organisation", ""),
    ("get", "/api/v1/node", "node", "Health of the node", None, "NodeHealth", ""),
    ("get", "/checkpoint", "checkpoint", "The last signed checkpoint (C2SP)", None, "text/plain", "open"),
    ("get", "/tile/{rest}", "tile", "Hash tiles of the SHA-256 tree (C2SP tlog-tiles)", None, "application/octet-stream", "open"),
    ("get", "/sm3/tile/{rest}", "tileSm3", "Hash tiles of the SM3 tree", None, "application/octet-stream", "open"),
    ("get", "/healthz", "health", "Whether the node can do its work", None, "Health", "open"),
    ("get", "/metrics", "metrics", "Figures for Prometheus; on loopback and the local socket only", None, "text/plain", "open"),
]

# Shapes of answers that are no struct, and what objects have beside their struct. `name?`: may be absent; `[T]` list, `{T}` map;
# `a|b` either, quoted words are an enum; int str bool any null, or a schema's name.
OBJECTS = {  # API object: (struct, further members; those replace members of the struct)
    "PartyObject": ("Party", "clients: [PartyClientObject]"),
    "PersonObject": ("Person", "display_name?: str, account?: str, password?: str"),
    "OperationObject": ("Operation", "what_zh?: str, what_en?: str, windows: [WindowShown]"),
    "ExceptionObject": ("PrivilegeException", "in_force: bool, review_overdue: bool"),
    "RightObject": ("Right", "in_force: bool"),
    "AccessRulesObject": ("AccessRules", "kinds: [OperationKind], windows: [OperationWindow], purposes: [str]"),
    "KeyWorkObject": ("KeyWorkItem", "lapsed: bool"),
    "CeremonyObject": ("CeremonySeen", ""),
    "CertificateObject": ("PersonCertificate", "in_force: bool, why: str, subject?: str"),
    "AuthorityObject": ("CertificateAuthority", ""),
    "SignInProviderObject": ("SignInProvider", ""),
    "DescribedItemObject": ("DescribedItem", ""),
    "PaperObject": ("Paper", "in_force: bool, kind_zh?: str, kind_en?: str"),
    "AssessmentObject": ("Assessment", "in_force: bool"),
    "ConsentObject": ("Consent", "in_force: bool, not_searched: bool"),
    "SubjectRequestObject": ("SubjectRequest", "overdue: bool, what_zh: str, corrections: [RowCorrectionShown]"),
    "RefusedFileObject": ("RefusedFile", "plan_title?: str, source_party?: str, source_name?: str, batch?: str, version?: str, file?: str"),
    "ProvisionObject": ("Provision", "destruction_state: 'none'|'due'|'overdue'|'certified', range: bool, told: bool, case?: ProvisionCase"),
    "LegalCaseObject": ("LegalCase", "complete: bool, contract: str"),
    "SourceObject": ("Source", "where?: any, plan_title?: str, plan_name?: str, dataset?: str, mark?: str|null, came: SourceCame, held: [SourceHeld], held_batches: int, held_rows: int, "
                     "late_since_ms: int|null, next_due_ms: int|null, looked_ms?: int|null, waiting?: [SourceWaiting], of_plan: SourceCame, refused: [RefusedFileObject], refused_files: int"),
    "PlanObject": ("Plan", ""),
    "MandateObject": ("Mandate", "now: 'proposed'|'confirmed'|'not_begun'|'in_force'|'over'|'refused'|'ended', principal_name: str, broker_name: str, deeds_count: int, drafts_waiting: int, drafts: [DraftedApplicationShown], offers: [MandateOffer]"),
    "BatchObject": ("Batch", "quality?: any, open_rows: int, plan_title?: str, plan_name?: str, source_name?: str, plan_fields?: [PlanFieldName]"),
    "DatasetObject": ("Dataset", "versions: [DatasetVersion], plan: Plan, batches: [Batch], strategies: [Strategy], maskings: [MaskingResult], in_force: VersionInForce, protection?: Protection, same_rows?: [SameRows]"),
    "AlarmObject": ("Alarm", "zh: str, en: str, next_zh: str, next_en: str, clears_itself: bool, owed: [AlarmOwed]"),
    "ProductObject": ("Product", "fields: [ProductField], masking: MaskingResult|null, quality?: BatchQuality"),
    "ApplicationObject": ("Application", "product_name?: str, applicant_name: str, level?: int, contract: str|null"),
    "ContractObject": ("Contract", "document?: str, now?: str, product_name?: str, provider_name: str, recipient_name: str, level?: int, changed_since: [ChangedSince], releases: [ContractRelease]"),
    "ReleaseObject": ("Release", "seal: 'valid'|'suspended'|'revoked'|'expired'|'pending', destruction_state: 'nothing_received'|'not_due'|'due'|'overdue'|'certified', "
                      "destruction_due_ms: int, marked?: bool, unmarked?: str, product_name?: str, recipient_name: str, stations?: [Station]"),
}
SHAPES = {
    "SourceCame": "batches: int, rows: int",
    "MandateAsk": "broker: str, acts: [MandateAct], products?: [str], datasets?: [str], purposes?: [str], from_ms?: int, until_ms: int, number: str, note?: str, digest?: str, scan?: str",
    "DraftedApplicationShown": "id: str, product: str, form: ApplicationForm, status: DraftedStatus, by: str, decided_by: str, at_ms: int, decided_ms: int, reason: str, application: str, can: [str]",
    "MandateOffer": "dataset: str, title: str, versions: [MandateOfferVersion]",
    "MandateOfferVersion": "version: str, number: int, rows: int, k: int, columns: [MandateOfferColumn]",
    "MandateOfferColumn": "column: str, title: str, category: str, level: int, technique: str",
    "PartyClientObject": "id: str, by: ClientBy, status: ClientStatus, certificate: str, fingerprint: str, name: str, subject: str, reason: str, not_before_ms: int, not_after_ms: int, at_ms: int, "
                         "decided_ms: int, ended_ms: int, proposed_by: str, decided_by: str, revocations?: ClientRevocationsShown, can: [str]",
    "ClientRevocationsShown": "list: str, this_update_ms: int, next_update_ms: int, serials: int",
    "ChangedPart": "version: str, number: int, rows: int, destroyed: bool",
    "ChangeOperation": "id: str, flow: OperationFlow, requested_by: str, decided_by: str, decision: str, reason: str",
    "VersionChangeObject": "version: str, dataset: str, title: str, number: int, kind: 'merge'|'deletion'|'correction', rows: int, rows_before: int, at_ms: int, seq: int, older_until_ms: int|null, "
                           "parts: [ChangedPart], change?: VersionChange, operation?: ChangeOperation, names: {str}, can: [str]",
    "RowCorrectionShown": "id: str, request: str, owner: str, way: CorrectionWay, status: RowCorrectionStatus, dataset: str, version: str, new_version: str, person_column: str, column: str, evidence: str, reason: str, "
                          "value: str, corrected: int, proposed_by: str, decided_by: str, done_by: str, at_ms: int, decided_ms: int, done_ms: int, seq: int, column_title: str, dataset_title: str, can: [str]",
    "CorrectionProposal": "way?: CorrectionWay, version: str, person_column?: str, column: str, value?: str, was?: str, evidence: str",
    "CorrectionAbout": "at_ms: int, cells: int, field: str, reason: str, status: RowCorrectionStatus, title: str, version: str, way: CorrectionWay",
    "SourceHeld": "batch: str, reason: str, rows: int, at_ms: int",
    "SourceWaiting": "file: str, reason: str",
    "ScanFile": "name: str, content: str",
    "SourceAsk": "plan: str, name: str, folder?: FolderPlace, database?: any, sftp?: SftpPlace, every_s?: int, at?: [str], late_after_s?: int, retries?: int, rows_per_day?: int, password?: str",
    "FolderPlace": "folder: str, pattern?: str, settle_s?: int, manifest_within_s?: int",
    "SftpPlace": "host: str, port?: int, user: str, folder: str, host_key: str, pattern?: str, manifest_within_s?: int",
    "AmendSourceAsk": "reason: str, name?: str, every_s?: int, at?: [str], late_after_s?: int, retries?: int, rows_per_day?: int",
    "SourceFolders": "folders: [str]",
    "ScanAsk": "name?: str, source?: str, database?: any, folder?: str, files?: [ScanFile], password?: str, rows?: int, names_only?: bool",
    "ScanObject": "id: str, name: str, party: str, started_by: str, kind: 'database'|'folder'|'files', source: str, database?: any, folder?: str, files: [str], rows: int, names_only: bool, status: 'running'|'done'|'stopped'|'failed', stopping: bool, "
                  "reason: str, started_ms: int, ended_ms: int, tables: int, tables_total: int, unread: int, fields_found: int, review: int, levels: [int], can: [str]",
    "Scans": "items: [ScanObject], total: int, can: [str]",
    "ScanTable": "table: str, comment: str, columns: int, level: int, rows: int|null, sampled: int, error_permille: int, reason: str",
    "ScanTables": "items: [ScanTable], total: int",
    "ScanField": "table: str, table_comment: str, column: str, comment: str, data_type: str, type: str, type_zh: str, category: Category, level: int, confidence_permille: int, review: bool, "
                 "contains_level5: bool, enterprise: bool, identifying: bool, quasi: bool, reasons_zh: [str], reasons_en: [str]",
    "ScanFields": "items: [ScanField], next: str|null, total: int",
    "SourceRun": "outcome?: str, reason: str, batches?: [str], waiting?: [SourceWaiting]",
    "WindowShown": "window: str, rows: int, operations: int, rows_max: int, zh: str, en: str",
    "OperationKind": "id: str, zh: str, en: str, flow: str, group: str, duties: [str], level_free_max: int, level_shown_max: int, rows_max: int",
    "OperationWindow": "id: str, zh: str, en: str, group: str, across: str, hours: int, rows_max: int",
    "ReleaseCall": "at_ms: int, cursor: int|null, filter: [CallCondition], kind: str, limit: int, release: str, n: int, receipt: str, segment: int, rows?: int, lease?: str, content?: str, "
                   "refused?: str, certificate?: str, subject?: str, consent?: str, secret_ref?: str",
    "CallCondition": "column: str, op: str, commitment?: str, secret_ref?: str",
    "ReleaseCalls": "items: [ReleaseCall]",
    "LawTerm": "id: str, zh: str, en: str",
    "LawDemand": "id: str, clause: str, zh: str, en: str, level_min?: int, legal_bases: [str], scenarios: [str], flags: [str]",
    "LawPaperKind": "id: str, zh: str, en: str, enter: [str], check: [str], needs: [str]",
    "LawRiskRow": "likelihood: str, risk: [str]",
    "LawAssessmentRules": "questions: [LawTerm], likelihoods: [LawTerm], severities: [LawTerm], risks: [LawTerm], matrix: [LawRiskRow], residual_max: str, valid_days: int, keep_years: int, growth_percent?: int",
    "LawRequestKind": "id: str, zh: str, en: str, days: int",
    "LawCeiling": "category: Category, level_max: int",
    "LawProvisionKind": "id: str, zh: str, en: str, identified: bool, level_max: int, legal_bases: [str], approvers: [str], may_ask?: [LawCeiling], told?: bool, columns_max?: int, persons_max?: int, "
                        "keep_days?: int, range_approvers?: [str]",
    "ProvisionCase": "complete: bool, level: int, one_person: bool, cross_border: bool, important_data: bool, human_genetic: bool, demands: [DemandState]",
    "ProvisionNotice": "format: str, provision: str, document: str, requester: str, file_digest: str, rows: int, destroy_by_ms?: int",
    "ProvisionCertificate": "format: str, provision: str, file_digest: str, method: str, destroyed_ms: int, signature: str",
    "LawRetention": "category: Category, zh: str, en: str, days: int",
    "LawPersonNumber": "id: str, zh: str, en: str, types: [str]",
    "LawOnePerson": "misses_max: int, window_minutes: int",
    "LawTemplate": "pack: str, version: str, effective_from: str, interim: bool, demands: [LawDemand], papers: [LawPaperKind], assessment: LawAssessmentRules, requests: [LawRequestKind], "
                   "provisions: [LawProvisionKind], retention: [LawRetention], retention_warn_days: int, one_person: LawOnePerson, person_numbers?: [LawPersonNumber]",
    "PaperAsk": "kind: str, title: str, number: str, authority: str, dated_ms?: int, expires_ms?: int, digest?: str, scan?: str, counterpart?: str, product?: str, dataset?: str, columns?: [str], "
                "basis?: str, purpose?: str, duties?: str, abroad?: str, mechanism?: str, subcontracting?: bool, upstream?: str, application?: str, members?: [str], approve?: bool, uscc?: str, public_key?: str, agency?: str",
    "ConsentAsk": "identifier: str, product: str, recipient: str, purpose: str, columns: [str], expires_ms: int, evidence: str, digest?: str, signature?: any, certificate?: str",
    "ConsentTextAsk": "identifier: str, product: str, recipient: str, purpose: str, columns: [str], expires_ms: int",
    "ConsentDocument": "column_names?: {str}, columns: [str], expires_ms: int, format: str, identifier: str, product: str, product_name: str, purpose: str, purpose_name?: str, recipient: str, recipient_name: str",
    "ConsentText": "document: ConsentDocument",
    "SignedConsent": "by: ConsentSignedBy, holds: bool, document: ConsentDocument, signature: any, certificate?: str, certificate_subject?: str",
    "FoundAbout": "title: str, version: str, column: str, in: SearchedIn, rows: int, sealed_ms: int, destroyed: bool",
    "NotSearchedAbout": "title: str, version: str, in: str, reason: str, zh: str, en: str",
    "SearchAbout": "found: [FoundAbout], held: int, later_versions: [str], masked: int, not_searched: [NotSearchedAbout], searched_ms: int, versions: int",
    "ProposedDeletion": "key_work: str, versions: int, kept: int",
    "SubjectLinkShown": "column: str, column_title: str, dataset: str, kind: str, kind_zh: str, kind_en: str, masked: str, rows: int, status: LinkStatus, subject: str, title: str",
    "SubjectLinks": "items: [SubjectLinkShown]",
    "SubjectRequestAsk": "identifier: str, identifier_kind?: str, what: str, channel: str, dataset?: str, consent?: str",
    "SubjectAnswerAsk": "note: str, key_work?: str",
    "NotTold": "reason: str, zh: str, en: str",
    "SubjectUse": "at_ms: int, authority?: str, document?: str, kind?: str, kind_zh?: str, kind_en?: str, provision?: str, refused?: str, columns?: [str], product?: str, purpose?: str, recipient?: str, release?: str, rows?: int, titles?: [str]",
    "OwnConsent": "id: str, at_ms: int, columns: [str], expires_ms: int, product: str, purpose: str, recipient: str, titles?: [str], withdrawn: bool, withdrawn_ms: int",
    "OwnRequest": "id: str, at_ms: int, due_ms: int, what: str, status: str, note: str, reason: str, corrections?: [CorrectionAbout]",
    "OwnRecord": "consents: [OwnConsent], not_told: [NotTold], requests: [OwnRequest], uses: [SubjectUse]",
    "HeldAbout": "title: str, columns: [str], kept_until_ms: int, purpose?: str, source?: str",
    "SubjectAnswer": "what: str, note: str, held?: [HeldAbout], may_hold?: [HeldAbout], not_told?: [NotTold], search?: SearchAbout, uses?: [SubjectUse], corrections?: [CorrectionAbout], consents: [OwnConsent]",
    "VerifiedSubject": "request: SubjectRequestObject, token: str",
    "ProvisionAsk": "kind: str, party?: str, agency?: str, requester?: str, document: str, reason: str, digest?: str, scan?: str, basis: str, dataset: str, version: str, columns: [str], row_filter: [RowCondition], "
                    "recipient_key?: str, column_reasons?: [ProvisionColumn], range_reason?: str, rows_max?: int, destroy_by_ms?: int",
    "RetentionItem": "version: str, dataset: str, title: str, category: str, ends_ms: int, extended: bool, masked: bool, rows: int, sealed_ms: int, state: 'kept'|'ending'|'over'|'destroyed', "
                     "reason?: str, key_work?: str, held?: bool, batch?: str, hold?: RetentionHold, can: [str]",
    "RetentionHold": "until_ms: int, since_ms: int, by: str",
    "RetentionRegister": "items: [RetentionItem], names: {str}, total: int, warn_days: int, rules: [LawRetention]",
    "OverdueRecipient": "release: str, recipient: str, due_ms: int, chased?: Chased",
    "OverdueProvision": "provision: str, recipient: str, due_ms: int, chased?: Chased",
    "LawReport": "provisions: [ProvisionObject], overdue_recipients: [OverdueRecipient], overdue_provisions: [OverdueProvision], late_requests: [SubjectRequestObject]",
    "PlanFieldName": "name: str, title: str",
    "ProductField": "column: str, title?: str, type?: str, category?: Category, level?: int, technique?: str",
    "BatchQuality": "rows: int, accepted: int, warned: int, held: int",
    "ContractRelease": "id: str, status: ReleaseStatus, form: OpenForm, at_ms: int",
    "Names": "names: {str}",
    "HeldReason": "subject: str, rule: str",
    "HeldRow": "row: int, reasons: [HeldReason], cells?: {str}",
    "HeldPage": "rows: [HeldRow], next: int|null, open: int, on_reason: [str], withheld: [str]",
    "OfferedProvider": "provider: str, title: str, start: str",
    "OfferedProviders": "items: [OfferedProvider]",
    "SetProviders": "items: [SignInProviderObject]",
    "OidcProviderAsk": "provider: str, title: str, issuer: str, client_id: str, redirect_uri: str, client_secret?: str, ca_pem?: str",
    "OidcLink": "person: str, linked: OidcIdentity | null, asked: OidcAsked | null, can: [str], names: {str}",
    "OidcDecideAsk": "identity: str, approve: bool, reason?: str",
    "OidcIdentity": "id: str, provider: str, issuer: str, subject: str, asked_by: str, decided_by: str, at_ms: int",
    "OidcAsked": "id: str, provider: str, issuer: str, subject: str, asked_by: str, decided_by: str, at_ms: int, lapses_ms: int",
    "Certificates": "items: [CertificateObject], authorities: [AuthorityObject]",
    "RootOfficer": "index: int, name: str",
    "RootKeeperShown": "keeper: 'passphrase'|'officers'|'device', needed: int, total: int, officers: [RootOfficer]",
    "KeyWorkAsk": "proposal: ProposeKeyWork, subject?: str",
    "KeyWorks": "items: [KeyWorkObject], destroyed: [DestroyedKeys], datasets: [DestroyedDataset], destroyed_names: {str}, can: [str]",
    "DestroyedDataset": "dataset: str, at_ms: int, key_work: str",
    "SentList": "name: str, content: str, manifest: str",
    "DeletionAsk": "plan: str, file?: str, version?: str, list?: SentList",
    "DeletionAnswer": "dataset: str, from: str, version: str, rows: int, removed: int, unmatched: int, seq: int, grading?: ArrivalGrades",
    "EpochToClose": "epoch: str, since_ms: int",
    "BackupAsk": "out: str, new_epoch?: bool, escrow?: [str]",
    "HandedOut": "epochs: int, folder: str",
    "SourceHosts": "hosts: [AllowedHost], names: {str}, can: [str]",
    "BackupEpochShown": "id: str, destroyed: bool, at_ms: int, destroyed_ms: int, copies: [EpochCopy], can: [str]",
    "Backups": "backups: [Backup], epochs: [BackupEpochShown], names: {str}, to_close: [EpochToClose]",
    "StorageDue": "backup_ms: int|null, inventory_ms: int|null, rehearsal_ms: int|null",
    "StorageWarning": "kind: 'full_soon'|'dataset_full_soon'|'inventory_findings'|'rehearsal_failed'|'work_failed'|'overdue', reason?: str, work?: str, dataset?: str, days_left?: int, limited_by?: str, found?: int, since_ms?: int",
    "StorageFailureShown": "work: 'backup'|'inventory'|'rehearsal'|'tiers', reason: str, at_ms: int, times: int",
    "InventoryUnderWay": "started_ms: int, versions: int, versions_total: int, chunks: int, bytes: int, found: int",
    "StorageObject": "used_bytes: int, disk_free_bytes: int, disk_total_bytes: int, misplaced: int, growth: Growth, tiers: [StoredTier], datasets: [StoredDataset], days: [StoredDay], "
                     "policy: StoragePolicy, adopted_by: str, adopted_ms: int|null, due: StorageDue, last_backup_ms: int|null, failures: [StorageFailureShown], inventories: [InventoryRun], "
                     "inventory_under_way: InventoryUnderWay|null, rehearsals: [Rehearsal], warnings: [StorageWarning], can: [str], names: {str}",
    "BackupMade": "backup: str, epoch: str, entries: int, versions: int, bytes_stored: int, bytes_known: int, objects_stored: int, snapshot_sm3: str, escrow: [str], escrow_new: bool, epochs_closed: int, epoch_copies_left: int",
    "RehearsalAsk": "in?: str",
    "CodeTableAsk": "name: str, title: str, valid_from: str, valid_to?: str, text: str",
    "References": "items: [CodeTable], total: int, can: [str]",
    "ProtectionMeasure": "id: str, aspect: str, enforced_by: 'node'|'organisation', zh: str, en: str",
    "ProtectionLevel": "level: int, zh: str, en: str, measures: [ProtectionMeasure]",
    "ProtectionColumn": "column: str, level: int, provisional: bool, failing: [str]",
    "Protection": "interim: bool, version: str, levels: [ProtectionLevel], columns?: [ProtectionColumn]",
    "PersonCould": "person: str, could: bool, reason: str, by: str, needs: [str], duties: [Duty]",
    "RecipientOfColumn": "party: str, contract: str, technique: str, level: int, purpose: str, expires_ms: int",
    "WhoCould": "action: str, dataset: str, column: str, purpose: str, provisional: bool, level: int, category: Category, people: [PersonCould], recipients: [RecipientOfColumn], can: [str], names: {str}",
    "UnusedItem": "kind: 'right'|'duty', holder: str, duty?: Duty, right?: str, granted_ms?: int, last_used_ms?: int, can: [str], names?: {str}",
    "UnusedRights": "days: int, items: [UnusedItem]",
    "PermissionEntry": "seq: int, time_ms: int, kind: str, actor: str, body: {any}, can: [str], names: {str}",
    "PermissionLog": "items: [PermissionEntry]",
    "OperationRun": "operation: OperationObject, values?: [{str|null}]",
    "PlacedPerson": "person: str, unit: str",
    "DeputyshipShown": "id: str, absent: str, deputy: str, duties: [Duty], from_ms: int, until_ms: int, reason: str, acts: int, in_force: bool, can: [str]",
    "OutsiderShown": "person: str, sponsor: str, company: str, until_ms: int, over: bool",
    "Organisation": "units: [Unit], placed: [PlacedPerson], deputyships: [DeputyshipShown], outsiders: [OutsiderShown], can: [str], names: {str}",
    "DepartmentFigures": "unit: str, people: int, datasets: int, items: int, columns: int, confirmed: int, level4_up: int, reopened: int, expired: int, asked: int, unanswered: int, decided: {int}, decisions: int, in_time: int, median_minutes?: int, procedures: int, procedures_due: int",
    "DepartmentPaper": "paper: str, unit: str, kind: str, title: str, number: str, expires_ms: int, checked: bool, in_force: bool, due: bool",
    "DepartmentFiguresShown": "units: [DepartmentFigures], papers: [DepartmentPaper], from_ms: int, until_ms: int, can: [str], names: {str}",
    "VerificationBad": "reason: str, what: str, seq?: int",
    "VerificationReport": "first_bad?: VerificationBad|null, entries: int, fields: int, erased_fields: int, checkpoints: int, segments: int, records: int, blobs: int, tiles: int, key_periods: int, signed_size: int, sm3_root: str, sha256_root: str",
    "SignInChallenge": "challenge: str, text: str",
    "RiskAttacker": "max?: num, avg: num, share_above_threshold?: num, basis?: str, taken_as_whole?: bool",
    "RiskPerson": "column: str, persons: int, rows: int",
    "PopulationModels": "fraction: num, population_rows: num, pitman: num|null, zayatz: num|null, snb: num|null, chosen: str, uniques: num|null, uniqueness: num|null",
    "RiskProfile": "share_type: ShareType, threshold: num, k_min: int, rows_above: int, share_above_threshold: num, acceptable: bool",
    "RiskClass": "size: int, classes: int, rows: int",
    "RiskColumn": "name: str, distinct: int, top_share: num, dominant: bool, rare_values: int, rare_rows: int",
    "RiskCombination": "columns: [str], rows: int, minimal_rows: int",
    "RiskReport": "format: str, rows: int, classes: int, k: int, quasi_identifiers: [str], unique_rows: int, uniqueness: num, threshold: num, prosecutor: RiskAttacker, "
                  "journalist: RiskAttacker, marketer: RiskAttacker, profiles: [RiskProfile], histogram: [RiskClass], columns: [RiskColumn], "
                  "unique_combinations: [RiskCombination], outliers: any, attribute_disclosure: [any], population_models?: PopulationModels, person?: RiskPerson",
    "AnonymityAttribute": "name: str, level: int, levels: int, loss: num, lowest_level?: int",
    "AnonymityPerson": "column: str, smallest_class: int",
    "AnonymityReport": "metric: str, k: int, rows: int, rows_out: int, score: num, suppressed_rows: int, classes: int, smallest_class: int, transformation?: {int}, "
                       "attributes: [AnonymityAttribute], optimal?: bool, recoding: str, person?: AnonymityPerson",
    "ReceiptField": "column: str, technique: str, masked: int, nulls: int, failed: int, kept?: int, parameters?: any, small_domain?: int, entities?: {int}",
    "ReceiptRisk": "columns: [str], rows: int, classes: int, k_min: int, unique_rows: int, prosecutor_ppm: int, journalist_ppm: int, marketer_ppm: int",
    "ResidualFinding": "column: str, type: str, cells: int",
    "MaskingReceipt": "format: str, strategy: str, strategy_version: str, strategy_digest: str, key_id?: str, performed_by?: str, rows_in: int, rows_out: int, rows_not_sampled?: int, "
                      "rows_suppressed?: int, rows_level5?: int, input_sm3?: str, output_sm3?: str, digest_kind?: str, input_digest?: str, output_digest?: str, input_manifest_sm3?: str, "
                      "output_manifest_sm3?: str, fields: [ReceiptField], residual_rows_scanned: int, residual: [ResidualFinding], risk_before?: ReceiptRisk, risk_after?: ReceiptRisk, "
                      "models?: [ModelReached], reviewed_by?: str, aggregated_cells?: int, aggregated_hidden?: int, duration_ms: int",
    # docs/formats/deident-api.md
    "DeidentColumn": "column: str, title: str, type: str, category?: str, level: int, confirmed: bool, by_row?: bool, identifying: bool, quasi: bool, marks_refused: [MarkRefusal]",
    "MarkRefusal": "kind: 'low_digit'|'day'|'equivalent', reason: str, lifted_by_statement: bool, lifted_by_noise: bool",
    "DeidentStrategy": "id: str, name: str, strategy: str, strategy_version: str, current: bool, marks: bool, at_ms: int, adopted_by: str",
    "DeidentOverview": "dataset: str, version: str, rows: int, masked_from: str, columns: [DeidentColumn], suggested_quasi: [str], strategies: [DeidentStrategy], masked: [ReceiptItem], "
                       "can: [str], names: {str}",
    "StrategyFinding": "rule: str, columns: [str], permille: int, serious: bool, zh: str, en: str",
    "StrategyPlan": "strategy: any, text: str, findings: [StrategyFinding], rows: int, taken: VersionInForce",
    "PreviewColumn": "column: str, technique: str, parameters: any, level_before: int, level_after: int, masked: int, nulls: int, failed: int, distinct_before: int, distinct_after: int, changed_permille: int",
    "PreviewRefusal": "reason: str, detail: str",
    "PreviewForm": "column: str, form: str, example: str, masked: str|null",
    "PreviewShown": "rows: [int], columns: [str], after: [[str|null]], forms?: [PreviewForm], before_columns?: [str], before: [[str|null]]|null",
    "StrategyPreview": "taken: VersionInForce, rows_total: int, rows_sampled: int, quasi_identifiers: [str], k_min: int|null, columns: [PreviewColumn], risk_before: RiskReport|null, risk_after: RiskReport|null, "
                       "residual: [ResidualFinding], findings: [StrategyFinding], refusals: [PreviewRefusal], models?: [ModelReached], utility?: UtilityReport|null, rows_suppressed?: int|null, shown: PreviewShown",
    # docs/formats/utility-report.md
    "UtilityColumn": "name: str, dropped: bool, ordered: bool, distinct_before: int, distinct_after: int, total_variation: num, loss: num, earth_mover?: num, mean_before?: num, mean_after?: num",
    "UtilityPair": "a: str, b: str, measure: str, before: num, after: num",
    "UtilityQueries": "random: int, error_mean: num, error_median: num, error_p95: num, asked: any",
    "UtilityReport": "format: str, rows_before: int, rows_after: int, columns: [UtilityColumn], pairs: [UtilityPair], correlation_lost: num, queries: UtilityQueries, classes_before?: any, classes_after?: any",
    "ModelReached": "model: str, column: str, wanted: int, reached: int, holds: bool",
    "ComparedSide": "columns: [PreviewColumn], risk_after: RiskReport|null, residual: [ResidualFinding], findings: [StrategyFinding], refusals: [PreviewRefusal], models?: [ModelReached], utility?: UtilityReport|null, rows_suppressed?: int|null",
    "StrategyComparison": "taken: VersionInForce, rows_total: int, rows_sampled: int, quasi_identifiers: [str], risk_before: RiskReport|null, a: ComparedSide, b: ComparedSide",
    "ReceiptItem": "version: str, dataset: str, dataset_title: str, strategy: str, strategy_name: str, strategy_version: str, from_version: str, rows: int, k: int, max_risk_ppm: int, uniques: int, "
                   "before_k: int, before_risk_ppm: int, quasi_identifiers: [str], receipt: str, seq: int, at_ms: int, masked_by: str, current: bool, duration_ms: int, names?: {str}, can?: [str]",
    "RecheckFinding": "check: str, column: str, outcome: 'ok'|'broken'|'not_checkable'|'note', cells: int, detail: str",
    "RecheckReport": "format: str, holds: bool, not_checkable: int, rows: int, findings: [RecheckFinding]",
    "MarkItem": "release: str, party: str, dataset: str, version: str, strategy: str, form: str, carriers: any, cells_marked: int, cells_expected?: int, cells_changed: int, k_before: int, k_min: int, commitment: str, seq: int, at_ms: int, "
                "names?: {str}, can?: [str]",
    "TracedRecipient": "party: str, name: str, accused: bool, deviations_permille: int, false_accusation_bound: str, releases: [str]",
    "TraceResult": "trace: str, dataset: str, rows: int, symbols: int, carriers: any, bound: any, candidates: int, recipients: [TracedRecipient], seq: int",
    "AuditFinding": "rule: str, serious: bool, kind: str, object: str, dataset: str, version: str, strategy: str, column: str, detail: str, zh: str, en: str",
    "AuditChecked": "versions: int, products: int, releases: int",
    "DeidentAudit": "items: [AuditFinding], checked: AuditChecked, names: {str}",
    "Reversal": "id: str, party: str, strategy: str, dataset: str, version: str, column: str, technique: str, count: int, commitment: str, reason: str, case_ref: str, status: str, expired: bool, requested_by: str, at_ms: int, "
                "decided_by: str, decided_ms: int, decision: str, expires_ms: int, restored: int, missing: int, failure: str, seq: int, can: [str], names: {str}",
    "StrategyDraft": "id: str, party: str, dataset: str, name: str, note: str, reason: str, document: str, status: 'submitted'|'signed'|'refused'|'withdrawn'|'adopted', review?: StrategyReview, "
                     "submitted_by: str, decided_by: str, strategy: str, at_ms: int, decided_ms: int, seq: int, text?: str, written?: any, findings?: [StrategyFinding], in_force?: StrategyInForce, can: [str], names: {str}",
    "StrategyInForce": "id: str, name: str, strategy: any",
    "DraftAsk": "text: any, note: str",
    "DraftWord": "signature?: any, reason: str",
    "MaskAsk": "version?: str, share_type?: ShareType, form?: OpenForm, purpose?: str, level5_rows?: 'keep'|'leave_out', population?: str",
    "PlanAsk": "share_type?: ShareType, name?: str, strategy?: any, rows_max?: int",
    "PreviewAsk": "strategy?: any, strategy_id?: str, share_type?: ShareType, operation?: str, sample_rows?: int, show?: int",
    "CompareAsk": "a: any, b: any, share_type?: ShareType, sample_rows?: int",
    "RecheckAsk": "k?: int, quasi?: [str]",
    "TraceAsk": "dataset: str, text?: str, file?: str, upload?: str, reason: str",
    "SuspectPart": "data: str, upload?: str",
    "SuspectUpload": "upload: str, bytes: int",
    "ReversalAsk": "version: str, column: str, values: [str], reason: str, case_ref?: str",
    "TraceNamedShown": "party: str, accused: bool, deviations_permille: int, false_accusation_bound: str",
    "TraceItem": "id: str, grant: str, dataset: str, suspect: str, reason: str, failure: str, bound: str, candidates: int, rows: int, symbols: int, status: str, carriers: [str], named: [TraceNamedShown], "
                 "traced_by: str, at_ms: int, seq: int, names?: {str}, can?: [str]",
    "ReversedValue": "value: str, original: str|null",
    "ReversedValues": "reversal: any, values: [ReversedValue]",
    # docs/formats/grading-api.md
    "Evidence": "id: str, weight: int, zh: str, en: str",
    "GradeCandidate": "type: str, zh: str, en: str, category: Category, level: int, confidence_permille: int, evidence: [Evidence]",
    "ReviewProposal": "type: str, type_zh: str, type_en: str, category: Category, level: int, confidence_permille: int, identifying: bool, quasi: bool, enterprise: bool",
    "ShapeCount": "form: str, rows: int",
    "FieldProfile": "name: str, type: str, scale: int, rows: int, nulls: int, empty: int, distinct: int, distinct_exact: bool, length_min?: int, length_max?: int, min?: int, max?: int, shapes: [ShapeCount]",
    "LevelFive": "rows: int, scanned: int, zh: str, en: str",
    "ReviewVerdictMade": "type: str, category: Category, level: int, identifying: bool, quasi: bool, reason: str, confirmed_by: str, confirmed_ms: int, valid_until_ms: int",
    "Drift": "column?: str, cause: str, zh: str, en: str, version: str, at_ms: int",
    "DecidedBefore": "dataset: str, dataset_title: str, column: str, title: str, type: str, type_zh: str, category: Category, level: int, confirmed_ms: int",
    "SimilarField": "dataset: str, dataset_title: str, column: str, title: str",
    "ReviewItem": "dataset: str, dataset_title: str, table: str, column: str, title: str, data_type: str, why: [str], proposal: ReviewProposal|null, evidence: [Evidence], candidates: [GradeCandidate], "
                  "contains_level5: LevelFive|null, profile: FieldProfile|null, floor: int, verdict: ReviewVerdictMade|null, drift: [Drift], decided_before: [DecidedBefore], similar: [SimilarField], "
                  "can: [str], names?: {str}",
    "ReviewCounts": "review: int, reopened: int, expired: int, open: int",
    "ReviewQueue": "items: [ReviewItem], next: str|null, total: int, counts: ReviewCounts",
    "GradeConfirmed": "confirmed: int, seq: any, suggestions: any",
    "ListColumn": "id: str, zh: str, en: str, group: any",
    "ListItem": "dataset: str, dataset_title: str, table: str, column: str, title: str, description: str, data_type: str, category: Category, class: str, class_zh: str, type: str, type_zh: str, level: int, "
                "national: any, national_zh: str, identifier: 'direct'|'quasi'|'none', enterprise: bool, level5_rows: int, by_row: bool, rows: int, versions: int, frequency: str, updated_ms: int, "
                "department: str, system: str, place: str, medium: str, retention: str, purpose: str, processing: str, provision: str, measures: any, state: str, confirmed_by: str, confirmed_ms: int, "
                "valid_until_ms: int, lowered?: any, reason: str, names?: {str}, can?: [str], item?: str, volume_unit?: str, own_level?: str, own_level_zh?: str, stages: {str}",
    "Completeness": "permille: int, confirmed: int, fields: int, missing: {int}",
    "GradingList": "items: [ListItem], next: str|null, total: int, rows: any, completeness: Completeness, columns: [ListColumn]",
    "HeatCell": "category: Category, level: int, fields: int, rows: int, open: int",
    "HeatMap": "cells: [HeatCell], fields: int, confirmed: int",
    "WorksheetName": "id: str, zh: str, en: str",
    "WorksheetRow": "object: str, levels: any",
    "GradeArgument": "object: str, property: str, degree: str, level: int, zh: str, en: str",
    "TaxonomyType": "id: str, zh: str, en: str, level: int, identifier: str, enterprise: bool, arguments: [GradeArgument], fields: int",
    "TaxonomyClass": "id: str, zh: str, en: str, scope: str, level: int, arguments: [GradeArgument], types: [TaxonomyType]",
    "TaxonomyCategory": "category: Category, zh: str, en: str, classes: [TaxonomyClass]",
    "GradeAssociation": "id: str, zh: str, en: str, needs: any, level: int",
    "NationalLabel": "level: int, rows_min: int, label: str, zh: str, en: str",
    "Worksheet": "pack: str, version: str, interim: bool, note: str, rules_digest: str, objects: [WorksheetName], properties: [WorksheetName], degrees: [WorksheetName], matrix: [WorksheetRow], "
                 "tree: [TaxonomyCategory], associations: [GradeAssociation], national: [NationalLabel], policy: any",
    "IssuedList": "id: str, party?: str, seq?: int, signed_for?: str, signed_reason?: str, number: int, fields: int, completeness_permille: int, confirmed: int, issued_by: str, issued_ms: int, note: str, signed_by: str, signed_ms: int, review_due_ms: int, digest: str, "
                  "can?: [str], names?: {str}, rows?: any",
    "DescribedItems": "items: [DescribedItemObject], total: int, can: [str]",
    "GradedNode": "level: int, lines: [str]",
    "ProcessSummary": "id: str, party: str, number: int, title: str, department: str, nodes: int, edges: int, drawn_by: str, at_ms: int, seq: int, can: [str], names?: {str}",
    "ProcessList": "items: [ProcessSummary], total: int",
    "GradedProcess": "id: str, party: str, number: int, diagram: ProcessDiagram, drawn_by: str, at_ms: int, removed_ms: int, seq: int, earlier: [int], level: int, graded_nodes: {GradedNode}, can: [str], names?: {str}",
    "OwnScaleShown": "levels: [OwnLevel], reason: str, adopted_by: str, at_ms: int, seq: int, can: [str], names?: {str}",
    "DatasetAnswers": "facts: DatasetFacts, questions: [str], answers: [AnsweredFacts], can: [str], names?: {str}",
    "PurposeUse": "purpose: str, zh: str, releases: int, calls: int, rows: int",
    "ColumnUse": "column: str, releases: int, operations: int, last_ms: int",
    "MonthUse": "month: str, releases: int, operations: int",
    "AlarmOwed": "channel: str, stage: 'raised'|'cleared', tries: int, reason: str, next_ms: int|null",
    "AlarmRuleShown": "id: str, zh: str, en: str, severity: AlarmSeverity, watch: 'record'|'entry'|'state', per: str, next_zh: str, next_en: str, kinds?: [str], reasons?: [str], sum?: str, count?: int, window_s?: int, after_s?: int, percent?: int, "
                      "chosen: AlarmChoice|null, standing: int",
    "AlarmChannelShown": "channel: AlarmChannel, set_by: str, set_ms: int, seq: int, tested?: bool, test_reason: str, tested_ms: int",
    "AlarmSettingsObject": "enabled: bool, pack: str, settings: AlarmSettings, rules: [AlarmRuleShown], channels: [AlarmChannelShown], retry_s: [int], set_by: str, set_ms: int|null, can: [str], names: {str}",
    "AlarmChannelAsk": "channel: AlarmChannel, user?: str, password?: str, key?: str, ca_pem?: str",
    "FlowNode": "id: str, kind: 'source'|'batch'|'version'|'masked'|'product'|'release'|'provision'|'copy'|'recipient', title: str, at_ms: int, seq: int, note?: str, status?: str, rows?: int, held?: int, dataset?: str, receipt?: str, "
                "digest?: str, destroyed?: 'whole'|'columns', number?: str, form?: str, calls?: int, contract?: str, purpose?: str, recipient?: str, level?: int, marked?: bool, destruction?: str, destruction_seq?: int, document?: str, person?: str",
    "FlowEdge": "from: str, to: str, how: 'sent'|'replaced'|'collected'|'corrected'|'merged'|'masked'|'rewritten'|'offered'|'released'|'provided'|'taken_out'|'received'",
    "FlowObject": "root: str, nodes: [FlowNode], edges: [FlowEdge], hidden: bool, left_out: int, can: [str], names: {str}",
    "DatasetUsage": "releases: int, calls: int, rows: int, operations: int, products: int, last_ms: int|null, purposes: [PurposeUse], columns: [ColumnUse], per_month: [MonthUse]",
    "FoundInCatalog": "kind: 'dataset'|'field'|'item', id: str, dataset: str, column: str, title: str, dataset_title: str, type_zh: str, category: Category, level: int, "
                      "matched: 'name'|'zh'|'en'|'pinyin'|'initials', score: int, uses: int",
    "CatalogFound": "items: [FoundInCatalog], total: int",
    "IssuedLists": "items: [IssuedList], can: [str], names?: {str}, next?: any, total?: int",
    "RuleSuggestion": "name: str, title: str, type: str, type_zh: str, category: Category, level: int, fields: int, datasets: int, contradicted: int, at_ms: int",
    "RuleSuggestions": "items: [RuleSuggestion]",
    "ListChange": "dataset: str, table: str, column: str, member: str, before: any, after: any, zh: str, en: str",
    "ListDifference": "from: str, to: str, added: [any], removed: [any], changed: [ListChange], lines_zh: [str], lines_en: [str]",
    "MovedField": "dataset: str, table: str, column: str, type_before: str, type_after: str, category_before: Category, category_after: Category, level_before: int, level_after: int, "
                  "verdict: 'kept'|'open', effect: 'reopened'|'none'|'up'|'down'|'type'",
    "RuleImpactShown": "datasets: int, fields: int, up: int, down: int, same_level: int, kept_by_person: int, below_floor: int, content: str, moved?: [MovedField]",
    "RuleChangeShown": "id: str, party: str, number: int, title: str, reason: str, decision: str, packs: [str], content: str, rules_digest: str, status: 'proposed'|'assessed'|'approved'|'rejected', "
                       "impact: RuleImpactShown|null, proposed_by: str, decided_by: str, proposed_ms: int, assessed_ms: int, decided_ms: int, seq: int, can: [str], names: {str}",
    "RuleChanges": "items: [RuleChangeShown], can: [str], names?: {str}",
    "LoweringShown": "id: str, party: str, dataset: str, column: str, floor: int, level: int, days: int, reason: str, measures: str, decision: str, status: 'requested'|'granted'|'rejected', "
                     "requested_by: str, decided_by: str, at_ms: int, decided_ms: int, until_ms: int, seq: int, can: [str], names: {str}",
    "Lowerings": "items: [LoweringShown], names?: {str}",
    "QualityRate": "permille: int, zh: str, en: str",
    "DatasetQuality": "completeness: QualityRate|null, validity: QualityRate|null, consistency: QualityRate|null, timeliness: QualityRate|null, uniqueness: QualityRate|null",
    "ProfiledField": "column: str, name?: str, type: str, scale?: int, rows: int, nulls: int, empty: int, distinct: int, distinct_exact: bool, length_min?: int, length_max?: int, min?: int, max?: int, shapes: [ShapeCount]",
    "UnplannedColumn": "column: str, type: str, type_zh: str, category: str, level: int, confidence_permille: int",
    "DatasetProfile": "version: str, rows: int, fields: [ProfiledField], quality: DatasetQuality, drift: [Drift], unplanned?: [UnplannedColumn], associations: [MeasuredAssociation]",
    "LineageColumnShown": "column: str, technique: str, level: int, source_level: int, zh: str, en: str",
    "LineageMeasured": "k: int, max_risk_ppm: int",
    "VersionLineage": "version: str, kind: 'collected'|'corrected'|'merged'|'masked'|'aggregated', inputs: [str], level: int, zh: str, en: str, k?: int, max_risk_ppm?: int, cells?: int, cells_hidden?: int, columns: [LineageColumnShown], "
                      "measured: LineageMeasured|null",
    "FlowColumnShown": "dataset: str, column: str, level: int, base: int, zh: str, en: str",
    "FlowReasonShown": "rule: str, level: int, columns: [str], zh: str, en: str",
    "FlowLevel": "level: int, rows: int, national: str, columns: [FlowColumnShown], reasons: [FlowReasonShown]",
    "FlowPartAsk": "dataset: str, version?: str, columns?: [str]",
    "FlowAsk": "parts: [FlowPartAsk], rows?: int, scenario?: str, fine_grained?: bool",
    "AssociationAsk": "quasi: [str], size?: int",
    "AssociationResult": "version: str, quasi: [str], rows: int, unique_rows: int, k_min: int, combinations: [MeasuredCombination], at_ms: int, flow: FlowLevel",
}

FIXED = """
    Problem:
      type: object
      required: [type, title, status, code]
      properties:
        type: {type: string}
        title: {type: string}
        status: {type: integer}
        code: {type: string}
        params: {type: object, additionalProperties: {type: string}}
        nextStep: {type: string}
    Me:
      type: object
      required: [account, person, display_name, party, duties, csrf, totp, stepped_up_until_ms, space, cn_now_ms]
      properties:
        account: {type: string}
        person: {type: string}
        display_name: {type: string}
        party: {type: object, required: [id, name, role], properties: {id: {type: string}, name: {type: string}, role: {$ref: '#/components/schemas/PartyRole'}}}
        duties: {type: array, items: {$ref: '#/components/schemas/Duty'}}
        csrf: {type: string}
        totp: {type: string, enum: [none, enrolled]}
        stepped_up_until_ms: {type: integer}
        must_change_password: {type: boolean}
        cn_now_ms: {type: integer}
        space: {type: object, required: [name, uscc, origin], properties: {name: {type: string}, uscc: {type: string}, origin: {type: string}}}
    TotpOffer: {type: object, required: [secret, otpauth_url], properties: {secret: {type: string}, otpauth_url: {type: string}}}
    Inbox:
      type: object
      required: [items, total]
      properties:
        total: {type: integer}
        items:
          type: array
          items:
            type: object
            required: [kind, object, title, since_ms]
            properties: {kind: {type: string}, object: {type: string}, title: {type: string}, party_name: {type: string}, since_ms: {type: integer}, due_ms: {type: [integer, 'null']}, task: {type: string}, questions: {type: array, items: {type: string}}, reason: {type: string}, work: {type: string}, days_left: {type: integer}, limited_by: {type: string}, found: {type: integer}}
    Found: {type: object, required: [items], properties: {items: {type: array, items: {type: object, required: [type, id, title], properties: {type: {type: string}, id: {type: string}, title: {type: string}}}}}}
    RevealedFilter: {type: object, required: [application, row_filter], properties: {application: {type: string}, row_filter: {type: array, items: {type: object, required: [column, op, values], properties: {column: {type: string}, op: {type: string}, values: {type: array, items: {type: string}}, salt: {type: string}, secret_ref: {type: string}}}}}}
    DataQuery:
      type: object
      properties: {cursor: {type: integer}, limit: {type: integer}, filter: {type: array, items: {type: object, required: [column, op, values], properties: {column: {type: string}, op: {type: string}, values: {type: array, items: {type: string}}}}}}
    Vocabulary: {type: object, required: [labels, purposes, legal_bases, event_kinds], properties: {event_kinds: {type: array, items: {type: string}}, labels: {type: array, items: {type: object, properties: {id: {type: string}, zh: {type: string}, en: {type: string}}}}, purposes: {type: array, items: {type: string}}, legal_bases: {type: array, items: {type: string}}}}
    Job:
      type: object
      required: [id, kind, state]
      properties: {id: {type: string}, kind: {type: string}, state: {type: string, enum: [running, done, failed]}, progress: {type: object}, result: {}, code: {type: string}, problem: {$ref: '#/components/schemas/Problem'}}
    AdoptPlanRequest:
      type: object
      required: [plan]
      properties: {plan: {description: 'the plan, or its YAML or JSON text', oneOf: [{type: string}, {type: object}]}, source_key: {type: string, description: 'SM2 public key, hex or base64'}}
    CorrectRequest:
      type: object
      properties:
        corrections: {type: array, items: {type: object, required: [row, cells], properties: {row: {type: integer}, cells: {type: object, additionalProperties: {type: string}}}}}
        rejected: {type: array, items: {type: integer}}
        reason: {type: string}
    MergeRequest: {type: object, properties: {parts: {type: array, items: {type: string}}, newest_by_key: {type: boolean}}}
    RiskAsk: {type: object, required: [quasi], properties: {quasi: {type: array, items: {type: string}}, sensitive: {type: array, items: {type: string}}, share_type: {type: string, enum: [full, controlled, enclave]}, unique: {type: integer, minimum: 0, maximum: 5}, threshold_permille: {type: integer, minimum: 1, maximum: 1000}, sampling_ppm: {type: integer, minimum: 1, maximum: 1000000}, population_size: {type: integer, minimum: 1}, population: {type: string}, population_model: {type: string, enum: [auto, pitman, zayatz, snb]}, person: {type: string}}}
    DiversityAsk: {type: object, required: [column, l], properties: {column: {type: string}, l: {type: integer, minimum: 1}, kind: {type: string, enum: [distinct, entropy, recursive]}, c_permille: {type: integer, minimum: 1}}}
    ClosenessAsk: {type: object, required: [column, t_permille], properties: {column: {type: string}, t_permille: {type: integer, minimum: 0, maximum: 1000}, distance: {type: string, enum: [equal, ordered, hierarchical]}, hierarchy: {type: string}}}
    PresenceAsk: {type: object, required: [lowest_permille, highest_permille], properties: {lowest_permille: {type: integer, minimum: 0, maximum: 1000}, highest_permille: {type: integer, minimum: 0, maximum: 1000}}}
    GeneraliseAsk: {type: object, required: [quasi, k], properties: {quasi: {type: array, items: {type: string}}, k: {type: integer}, suppression_permille: {type: integer}, metric: {type: string, enum: [loss, entropy, discernibility]}, l: {type: object, additionalProperties: {type: integer}}, hierarchies: {type: object, additionalProperties: {type: string}}, diversity: {type: array, items: {$ref: '#/components/schemas/DiversityAsk'}}, closeness: {type: array, items: {$ref: '#/components/schemas/ClosenessAsk'}}, k_map: {type: integer, minimum: 1}, presence: {$ref: '#/components/schemas/PresenceAsk'}, population: {type: string}, weights_permille: {type: object, additionalProperties: {type: integer, minimum: 0}}, recoding: {type: string, enum: [full-domain, local]}, person: {type: string}}}
    AdoptStrategyRequest: {type: object, required: [text], properties: {text: {oneOf: [{type: string}, {type: object}]}, signature: {type: object}}}
    ReleaseRequest:
      type: object
      required: [purpose]
      properties: {purpose: {type: string}, columns: {type: array, items: {type: string}}, format: {type: string, enum: [csv, parquet]}}
    OpenedApi: {type: object, required: [release, token], properties: {release: {$ref: '#/components/schemas/ReleaseObject'}, token: {type: string, description: shown once}}}
    EnrolRequest:
      type: object
      required: [party, account, display_name]
      properties: {party: {type: string}, account: {type: string}, display_name: {type: string}, phone: {type: string}}
    Station:
      type: object
      required: [id, ok, signer, at_ms, digest, seq, details]
      properties:
        id: {type: string, enum: [source, grading, deidentification, product, approval, contract, delivery, ledger]}
        ok: {type: boolean}
        signer: {type: string}
        at_ms: {type: integer}
        digest: {type: string}
        seq: {type: integer}
        details: {type: object}
    Rows: {type: object, required: [rows, next, release, receipt], properties: {receipt: {type: string, description: SM3 of the access record}, rows: {type: array, items: {type: object}}, next: {type: [integer, 'null']}, release: {type: string}}}
    LedgerHead:
      type: object
      required: [origin, size, checkpoint, keys, checkpoints]
      properties:
        origin: {type: string}
        size: {type: integer}
        checkpoint: {type: string}
        keys: {type: array, items: {type: string}}
        checkpoints: {type: array, items: {type: object, required: [size, at_ms, sm3_root], properties: {size: {type: integer}, at_ms: {type: [integer, 'null']}, sm3_root: {type: string}}}}
    LedgerEntry:
      type: object
      required: [seq, time_ms, kind, actor, objects, fields]
      properties: {seq: {type: integer}, time_ms: {type: integer}, kind: {type: string}, actor: {type: string}, objects: {type: array, items: {type: string}}, fields: {type: array, items: {type: string}}, names: {type: object, additionalProperties: {type: string}}}
    Verification:
      type: object
      required: [id, state, done, total]
      properties: {id: {type: string}, state: {type: string, enum: [running, ok, bad]}, done: {type: integer}, total: {type: integer}, report: {$ref: '#/components/schemas/VerificationReport'}}
    NodeHealth:
      type: object
      required: [version, started_ms, read_only, ledger_entries, key_agent]
      properties: {version: {type: string}, started_ms: {type: integer}, read_only: {type: boolean}, read_only_reason: {type: string}, ledger_entries: {type: integer}, disk_free_bytes: {type: integer}, key_agent: {type: string, enum: [up, down]}, workers: {type: integer}, memory_bytes: {type: integer}}
    Health: {type: object, required: [status], properties: {status: {type: string, const: ok}}}
"""

HEAD = """# The HTTP interface of a node: the source of the typed client. Written by web/scripts/openapi.py; tests compare its paths
# with the routes that the server has.
openapi: 3.1.0
info:
  title: Sluice
  version: "1"
  description: >
    Trusted data space for healthcare-security data. Errors are RFC 9457 problems with a stable `code`. Lists take
    `limit` and `cursor`. A POST may carry `Idempotency-Key`. Unsafe methods carry `X-CSRF-Token` with a session cookie.
    Objects have a strong ETag; a POST with If-Match is refused when the object has changed. Long work answers when it is
    done, or after 20 seconds (at once with `Prefer: respond-async`) 202 with Location of a job; with
    `Accept: application/x-ndjson` it streams {"progress"} lines and ends with {"result"} or {"error"}.
servers:
  - url: /
security:
  - session: []
paths:
"""


def read_structs():
    enums, structs = {}, {}
    for name in HEADERS:
        text = (ROOT / name).read_text()
        for enum, names in ENUM.findall(text):
            enums[enum] = re.findall(r'"(\w+)"', names)
        for struct, body in STRUCT.findall(text):
            types = {}
            plain = re.sub(r"//.*", "", body)
            for kind, members in MEMBER.findall(plain):
                for member in members.split(","):
                    types[re.match(r"\s*(\w+)", member)[1]] = kind.strip()
            structs[struct] = [(wire, types.get(member, "?")) for wire, member in FIELD.findall(body)]
    return enums, structs


def schema_of(kind, enums, structs):
    kind = kind.removeprefix("policy::").removeprefix("space::").removeprefix("rules::")
    if kind.startswith("std::vector<"):
        return "{type: array, items: %s}" % schema_of(kind[12:-1], enums, structs)
    if kind.startswith("std::optional<"):
        return schema_of(kind[14:-1], enums, structs)
    if kind.startswith("std::map<std::string, "):
        return "{type: object, additionalProperties: %s}" % schema_of(kind[22:-1], enums, structs)
    if kind in ("int", "int64_t", "uint64_t", "TimeMs", "Level"):
        return "{type: integer}"
    if kind == "bool":
        return "{type: boolean}"
    if kind == "Json":
        return "{}"
    if kind == "Bytes":
        return "{type: string, contentEncoding: base64}"
    if kind == "Digest":
        return "{type: string, pattern: '^[0-9a-f]{64}$'}"
    if kind in enums or kind in structs:
        return "{$ref: '#/components/schemas/%s'}" % kind
    if kind == "std::string" or kind.endswith("Id"):
        return "{type: string}"
    raise SystemExit(f"openapi.py: no schema for {kind}")


def parts_of(text, separator):
    """Splits at a separator that stands in no bracket."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text + separator):
        depth += (c in "[{") - (c in "]}")
        if c == separator and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    return [part for part in parts if part]


PLAIN = {"int": "{type: integer}", "num": "{type: number}", "str": "{type: string}", "bool": "{type: boolean}", "any": "{}", "null": "{type: 'null'}"}


def shape_schema(kind):
    either = parts_of(kind, "|")
    if len(either) > 1:
        if all(e.startswith("'") for e in either):
            return "{type: string, enum: [%s]}" % ", ".join(e.strip("'") for e in either)
        return "{oneOf: [%s]}" % ", ".join(shape_schema(e) for e in either)
    if kind.startswith("["):
        return "{type: array, items: %s}" % shape_schema(kind[1:-1])
    if kind.startswith("{"):
        return "{type: object, additionalProperties: %s}" % shape_schema(kind[1:-1])
    return PLAIN.get(kind) or "{$ref: '#/components/schemas/%s'}" % kind


def shape_members(text):
    """[(name, schema, whether it is always there)]"""
    out = []
    for member in parts_of(text, ","):
        name, kind = member.split(":", 1)
        out.append((name.strip().rstrip("?"), shape_schema(kind.strip()), not name.strip().endswith("?")))
    return out


def object_lines(name, members):
    lines = [f"    {name}:", "      type: object"]
    demanded = [member for member, _, always in members if always]
    if demanded:
        lines.append("      required: [%s]" % ", ".join(demanded))
    lines.append("      properties:" + ("" if members else " {}"))
    return lines + [f"        {member}: {schema}" for member, schema, _ in members]


def answer_content(answer):
    if isinstance(answer, list):
        return ("application/json", "{type: object, required: [items], properties: {items: {type: array, items: {$ref: '#/components/schemas/%s'}}, "
                "next: {type: [string, 'null']}, total: {type: integer}}}" % answer[0])
    if "/" in answer:
        return answer, "{type: string}"
    return "application/json", "{type: object}" if answer == "object" else "{$ref: '#/components/schemas/%s'}" % answer


def parameters_of(path, answer, extra):
    out = ["{name: %s, in: path, required: true, schema: {type: string}}" % p for p in re.findall(r"{(\w+)}", path)]
    names = []
    if isinstance(answer, list):
        names += ["limit", "cursor"]
    if "token" in extra:
        names += ["limit", "cursor"]
    if "status" in extra.split():
        names.append("status")
    names += [word for word in extra.split() if word in ("q", "reason", "ids", "days", "dataset", "why", "limit", "cursor", "category", "level", "state", "department", "format", "against")]
    if "who" in extra.split():
        names += ["dataset", "column", "version", "action", "purpose"]
    if "entries" in extra:
        names += ["kind", "actor", "object", "from_ms", "to_ms"]
    return out + ["{name: %s, in: query, schema: {type: %s}}" % (n, "integer" if n in ("limit", "from_ms", "to_ms", "days", "level") else "string") for n in names]


def operation(method, path, name, summary, request, answer, extra):
    out = [f"    {method}:", f"      operationId: {name}", f"      summary: \"{summary}\""]
    if "open" in extra.split():
        out.append("      security: []")
    if "token" in extra:
        out.append("      security: [{contractToken: []}]")
    parameters = parameters_of(path, answer, extra)
    if parameters:
        out.append("      parameters:")
        out += [f"        - {p}" for p in parameters]
    if request is not None:
        schema = ("{$ref: '#/components/schemas/%s'}" % request) if isinstance(request, str) else (
            "{type: object, required: [%s], properties: {%s}}" % (", ".join(request), ", ".join("%s: {type: %s}" % kv for kv in request.items())))
        out += ["      requestBody:", "        required: true", "        content:", "          application/json:", f"            schema: {schema}"]
    out.append("      responses:")
    status = 200
    if isinstance(answer, tuple):
        status, answer = answer
    if answer == 204:
        out.append("        \"204\": {description: Done}")
    else:
        media, schema = answer_content(answer)
        out += [f"        \"{status}\":", "          description: Answer", "          content:", f"            {media}:", f"              schema: {schema}"]
    if "opened" in extra:
        out += ["        \"201\":", "          description: The API is open", "          content:", "            application/json:", "              schema: {$ref: '#/components/schemas/OpenedApi'}"]
    if "job" in extra.split():
        out += ["        \"202\":", "          description: Still at work; Location names the job", "          content:", "            application/json:", "              schema: {$ref: '#/components/schemas/Job'}"]
    out.append("        default: {$ref: '#/components/responses/Problem'}")
    return out


def document():
    enums, structs = read_structs()
    lines, by_path = [], {}
    for route in ROUTES:
        by_path.setdefault(route[1], []).append(route)
    for path, routes in by_path.items():
        lines.append(f"  {path}:")
        for route in routes:
            lines += operation(*route)
    lines += ["components:", "  securitySchemes:", "    session: {type: apiKey, in: cookie, name: __Host-sluice}", "    contractToken: {type: http, scheme: bearer}",
              "  responses:", "    Problem:", "      description: What is wrong and what to do", "      content:", "        application/problem+json:",
              "          schema: {$ref: '#/components/schemas/Problem'}", "  schemas:"]
    lines += FIXED.strip("\n").splitlines()
    # Answers have every member but the optional ones; of a command, members that are absent keep their default.
    needed, seen = sorted(WHOLE | COMMANDS), set()
    for name in needed:
        always = name in WHOLE or name == "FieldVerdict"
        lines += object_lines(name, [(w, schema_of(kind, enums, structs), always and not kind.startswith("std::optional<")) for w, kind in structs[name]])
        seen.update(word for _, kind in structs[name] for word in re.findall(r"\w+", kind))
    for name, text in SHAPES.items():
        lines += object_lines(name, shape_members(text))
    for enum in sorted(e for e in enums if e in seen or e in ("PartyRole", "Duty")):
        lines.append("    %s: {type: string, enum: [%s]}" % (enum, ", ".join(enums[enum])))
    for name, (struct, more) in OBJECTS.items():
        further = shape_members(more)
        replaced = {member for member, _, _ in further} | {"token_digest"}
        own = [(w, schema_of(kind, enums, structs), not kind.startswith("std::optional<")) for w, kind in structs[struct] if w not in replaced]
        lines += object_lines(name, own + further + [("can", shape_schema("[str]"), True), ("names", shape_schema("{str}"), True)])
    return HEAD + "\n".join(lines) + "\n"


def main():
    target, text = ROOT / "web/openapi.yaml", document()
    if "--check" in sys.argv:
        return api_types.main() if target.read_text() == text else 1
    target.write_text(text)
    return api_types.main()


if __name__ == "__main__":
    sys.exit(main())
