/** Watches all that tests print and log, on every level, for secrets. */
@NullMarked
package dev.posthorn.canary;

import org.jspecify.annotations.NullMarked;
