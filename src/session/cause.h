// Why the connection is in the state that it is in, for people who look.
#pragma once

#include <cstdint>
#include <string_view>

namespace tidemark {

enum class Cause : std::uint8_t {
  asked,     // connect or disconnect was called
  opened,    // the link opened
  replaced,  // another link opened, and took the place of the one before or of polling
  closed,    // the server, or the network, ended the link or refused it
  silence,   // nothing was heard for too long
  timeout,   // the link did not open in time
  no_token,  // no token could be had for it
};

std::string_view name_of(Cause cause);

}  // namespace tidemark
