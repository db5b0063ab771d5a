#pragma once

namespace glusterconsul {

/// Lets a std::unique_ptr own a C handle: `std::unique_ptr<CURL, FreeWith<curl_easy_cleanup>>`.
template <auto kFree>
struct FreeWith {
  template <typename T>
  void operator()(T* handle) const {
    static_cast<void>(kFree(handle));
  }
};

}  // namespace glusterconsul
