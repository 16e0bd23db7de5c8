/** Examples. */
@NullMarked
package dev.posthorn.examples;

import org.jspecify.annotations.NullMarked;
