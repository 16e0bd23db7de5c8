/** The sender that speaks HTTP: OkHttp behind guards on names, addresses, time and answers. */
@NullMarked
package dev.posthorn.http;

import org.jspecify.annotations.NullMarked;
