/** Speaks HTTP. */
@NullMarked
package dev.posthorn.http;

import org.jspecify.annotations.NullMarked;
