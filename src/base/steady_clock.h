// The outside's clock, made to never go backwards. When somebody sets it back by an hour,
// time stands still for one reading and then goes on, so that no timer waits an hour
// longer. A jump forward cannot be told from sleep, and is taken for it.
#pragma once

#include "base/types.h"

namespace tidemark {

class SteadyClock {
 public:
  // The steady time of a reading of the outside's clock.
  Millis read(Millis outside) {
    if (outside + ahead_ < latest_) ahead_ = latest_ - outside;
    latest_ = outside + ahead_;
    return latest_;
  }

  // The steady time of the last reading.
  Millis latest() const { return latest_; }

  // What the outside's clock says at a steady time.
  Millis outside(Millis steady) const { return steady - ahead_; }

 private:
  Millis ahead_ = 0;
  Millis latest_ = 0;
};

}  // namespace tidemark
