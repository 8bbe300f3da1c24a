#include <curl/curl.h>

/* Swift calls no variadic functions: one for each type of argument. */

static inline CURLcode hearth_curl_set_text(CURL *curl, CURLoption option, const char *value)
{
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode hearth_curl_set_number(CURL *curl, CURLoption option, long value)
{
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode hearth_curl_set_pointer(CURL *curl, CURLoption option, void *value)
{
    return curl_easy_setopt(curl, option, value);
}

/* For the callbacks that read, write and receive header lines, which have one form. */
static inline CURLcode hearth_curl_set_callback(CURL *curl, CURLoption option, size_t (*value)(char *, size_t, size_t, void *))
{
    return curl_easy_setopt(curl, option, value);
}
