package org.thingward.verify.log;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the files of a log are read from. */
public sealed interface LogSource {
  /**
   * The bytes of one file.
   *
   * @param path its path from the log's root, e.g. {@code checkpoint}
   * @param atMost the most bytes it may have
   * @throws NoSuchFileException if there is no such file
   * @throws IOException if it is larger than that, or cannot be read
   */
  byte[] read(String path, int atMost) throws IOException;

  /** The paths of all files there are, in order; empty if this source cannot list them. */
  List<String> files() throws IOException;

  /** A log in a folder. */
  record Directory(Path root) implements LogSource {
    @Override
    public byte[] read(String path, int atMost) throws IOException {
      try (InputStream in = Files.newInputStream(root.resolve(path))) {
        return bounded(in, path, atMost);
      }
    }

    @Override
    public List<String> files() throws IOException {
      List<String> paths = new ArrayList<>();
      var unused =
          Files.walkFileTree(
              root,
              new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                  paths.add(root.relativize(file).toString().replace('\\', '/'));
                  return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e)
                    throws IOException {
                  return unlessGone(e);
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
                    throws IOException {
                  return e == null ? FileVisitResult.CONTINUE : unlessGone(e);
                }
              });
      Collections.sort(paths);
      return List.copyOf(paths);
    }

    /** A log that grows takes partial tiles away while it is read. */
    private static FileVisitResult unlessGone(IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }
  }

  /**
   * A log behind a URL.
   *
   * @param prefix the log's URL
   * @param client what fetches it; it decides on proxies and trust
   * @param patience how long one file may take
   */
  record Web(URI prefix, HttpClient client, Duration patience) implements LogSource {
    @Override
    public byte[] read(String path, int atMost) throws IOException {
      String base = prefix.toString();
      URI uri = URI.create(base.endsWith("/") ? base + path : base + "/" + path);
      try {
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(patience).build();
        HttpResponse<InputStream> response =
            client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
          return content(response.statusCode(), body, path, atMost);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while fetching " + uri, e);
      }
    }

    private static byte[] content(int status, InputStream body, String path, int atMost)
        throws IOException {
      if (status == 404 || status == 410) {
        throw new NoSuchFileException(path);
      }
      if (status != 200) {
        throw new IOException(path + ": the server answered " + status);
      }
      return bounded(body, path, atMost);
    }

    @Override
    public List<String> files() {
      return List.of();
    }
  }

  private static byte[] bounded(InputStream in, String path, int atMost) throws IOException {
    byte[] bytes = in.readNBytes(atMost + 1);
    if (bytes.length > atMost) {
      throw new IOException(path + " is larger than " + atMost + " bytes");
    }
    return bytes;
  }
}
