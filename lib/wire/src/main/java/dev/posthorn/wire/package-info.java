/** What goes over the wire. */
@NullMarked
package dev.posthorn.wire;

import org.jspecify.annotations.NullMarked;
