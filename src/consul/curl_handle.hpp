#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <string>

#include "util/free_with.hpp"

namespace glusterconsul::consul {

using CurlEasy = std::unique_ptr<CURL, FreeWith<curl_easy_cleanup>>;
using CurlMulti = std::unique_ptr<CURLM, FreeWith<curl_multi_cleanup>>;
using CurlList = std::unique_ptr<curl_slist, FreeWith<curl_slist_free_all>>;

/// Calls curl_global_init() once per process, in whichever thread comes first.
[[nodiscard]] CURLcode initialise_curl();

/// A multi handle that can be abandoned while a resolver hangs.
[[nodiscard]] CURLM* new_multi();

/// Appends a line to a list; false if out of memory.
[[nodiscard]] bool append(CurlList& list, const std::string& line);

/// The result code of the completed transfer; none while it is in progress.
[[nodiscard]] std::optional<CURLcode> finished(CURLM* multi);

/// Sets options until one is rejected, and keeps the error code of that option.
class CurlOptions {
 public:
  explicit CurlOptions(CURL* easy) : easy_(easy) {}

  template <typename T>
  void set(CURLoption option, T value) {
    if (code_ == CURLE_OK) code_ = ::curl_easy_setopt(easy_, option, value);
  }
  void set_text(CURLoption option, const std::string& value) {
    if (!value.empty()) set(option, value.c_str());
  }
  [[nodiscard]] CURLcode code() const { return code_; }

 private:
  CURL* easy_;
  CURLcode code_ = CURLE_OK;
};

/// Keeps an easy handle in a multi handle for the lifetime of this object.
class Added {
 public:
  Added(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) {
    ::curl_multi_add_handle(multi_, easy_);
  }
  Added(const Added&) = delete;
  Added& operator=(const Added&) = delete;
  ~Added() {
    if (easy_ != nullptr) ::curl_multi_remove_handle(multi_, easy_);
  }

  /// Makes the destructor leave the easy handle in the multi handle.
  void leave() { easy_ = nullptr; }

 private:
  CURLM* multi_;
  CURL* easy_;
};

}  // namespace glusterconsul::consul
