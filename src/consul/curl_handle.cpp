#include "consul/curl_handle.hpp"

namespace glusterconsul::consul {

CURLcode initialise_curl() {
  static const CURLcode code = ::curl_global_init(CURL_GLOBAL_DEFAULT);
  return code;
}

CURLM* new_multi() {
  CURLM* multi = ::curl_multi_init();
#if LIBCURL_VERSION_NUM >= 0x081400  // in older versions, CURLOPT_QUICK_EXIT is enough
  if (multi != nullptr) ::curl_multi_setopt(multi, CURLMOPT_QUICK_EXIT, 1L);
#endif
  return multi;
}

bool append(CurlList& list, const std::string& line) {
  auto* longer = ::curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) return false;
  static_cast<void>(list.release());
  list.reset(longer);
  return true;
}

std::optional<CURLcode> finished(CURLM* multi) {
  int left = 0;
  while (const CURLMsg* message = ::curl_multi_info_read(multi, &left)) {
    if (message->msg == CURLMSG_DONE) return message->data.result;
  }
  return std::nullopt;
}

}  // namespace glusterconsul::consul
