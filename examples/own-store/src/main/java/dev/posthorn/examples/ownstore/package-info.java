/** A store of one's own. */
@NullMarked
package dev.posthorn.examples.ownstore;

import org.jspecify.annotations.NullMarked;
