package org.thingward.platform;

import java.security.cert.X509Certificate;
import java.util.List;

/** Tells whom a client certificate names. The room that owns identities implements it. */
public interface PeerIdentity {
  /** The authorities whose certificates the device listeners accept, at this moment. */
  List<X509Certificate> authorities();

  /**
   * The peer that a chain names, which was verified against {@link #authorities()}, and whose key
   * the peer proved to hold. Called on a virtual thread.
   *
   * @throws Problem 403 if the certificate names no subject of ours
   */
  Peer identify(VerifiedChain chain);
}
