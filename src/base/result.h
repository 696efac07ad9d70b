// A value or the reason why there is none.
#pragma once

#include <cassert>
#include <optional>
#include <utility>

#include "base/error.h"

namespace tidemark {

template <typename T>
class Result {
 public:
  Result(T value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error) : error_(error) { assert(error != Error::none); }  // NOLINT

  bool ok() const { return value_.has_value(); }
  Error error() const { return error_; }
  const T& value() const {
    assert(ok());
    return *value_;
  }
  T& value() {
    assert(ok());
    return *value_;
  }

 private:
  std::optional<T> value_;
  Error error_ = Error::none;
};

}  // namespace tidemark
