// Where a source that was named from off the machine may connect to (C6.1): hosts that a system administrator allowed (space/source/source.h), at the
// registration and again before every run.
//
// Without an entry for the host, or for host and port: "source.host_not_allowed". A name that leads to this machine, the local link, or an address at which
// clouds hand out credentials ("inner" addresses) is refused too, unless that very address is an entry: "source.host_inner". A name that leads nowhere:
// "source.unreachable". Entries for inner addresses are made at the machine alone: "source.host_local_only".
// Known hole: the driver looks the name up again when it connects; where names may change between two look-ups, allow addresses.
#pragma once

#include "node/run_source.h"

namespace sluice::node {

struct SourceHost {
  std::string host;
  int64_t port = 0;
};
// Of a database or SFTP server; absent of a folder.
std::optional<SourceHost> host_of(const SourceAsk& ask);
std::optional<SourceHost> host_of(const space::Source& source);

Status check_host_from_afar(Node& node, const SourceHost& host);

// Whether a host as it is written in the list ("10.1.2.3:5432", "localhost", "[fe80::1]:22") is inner by itself.
bool is_inner_host(std::string_view entry);
// The same of an address as text; what is no address is not inner.
bool is_inner_address(std::string_view address);

// For the list: "source.host_local_only" of an inner host from off the machine; the entry in lower case.
enum class AskedFrom { machine, afar };
Status allow_source_host(Node& node, const space::Principal& by, space::AllowSourceHost command, AskedFrom from);

}  // namespace sluice::node
