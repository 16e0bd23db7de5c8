/** The front door: {@link dev.posthorn.Posthorn}. */
@NullMarked
package dev.posthorn;

import org.jspecify.annotations.NullMarked;
