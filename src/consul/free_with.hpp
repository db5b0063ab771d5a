#pragma once

namespace glusterconsul::consul {

/// Lets a std::unique_ptr own a C handle: `std::unique_ptr<CURL, FreeWith<curl_easy_cleanup>>`.
template <auto kFree>
struct FreeWith {
  template <typename T>
  void operator()(T* handle) const {
    kFree(handle);
  }
};

}  // namespace glusterconsul::consul
