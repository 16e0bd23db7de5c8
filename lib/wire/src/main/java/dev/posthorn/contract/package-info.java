/** What sender and receiver agree on: bodies, headers, keys, success, retries, verification. */
@NullMarked
package dev.posthorn.contract;

import org.jspecify.annotations.NullMarked;
