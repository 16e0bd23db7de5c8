package dev.posthorn.http;

import org.jspecify.annotations.Nullable;

/** What a receiver answered, as far as anybody wants to know. */
record Answer(
    int status,
    @Nullable String retryAfter,
    @Nullable String allowedOrigin,
    @Nullable String allowedRate,
    String snippet) {}
