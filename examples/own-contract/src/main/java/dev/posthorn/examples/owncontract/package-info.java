/** An application's own contract, beside one that ships. */
@NullMarked
package dev.posthorn.examples.owncontract;

import org.jspecify.annotations.NullMarked;
