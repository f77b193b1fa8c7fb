/*
 * MongoLocal: the document store of a machine without MongoDB, for development and tests only.
 *
 * It is mongo-java-server with its H2 file backend, and repairs what that library gets wrong: replies that mix two
 * states of a document, acknowledged writes that a crash loses, indexes that are never used, counts of failed
 * inserts, and an outdated wire version. No authentication: it listens on loopback.
 *
 *   java -cp 'classes:lib/*' MongoLocal --port 27017 [--file data/mongo.mv] [--ack fsync|commit|none]
 *                                       [--cache 128] [--host 127.0.0.1]
 *
 * Without --file everything lives in memory. Frozen: tests/contract/store holds its behaviour.
 */
import de.bwaldvogel.mongo.*;
import de.bwaldvogel.mongo.backend.*;
import de.bwaldvogel.mongo.backend.h2.*;
import de.bwaldvogel.mongo.bson.*;
import de.bwaldvogel.mongo.exception.*;
import de.bwaldvogel.mongo.wire.bson.*;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import io.netty.buffer.*;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.locks.*;
import java.util.stream.*;
import org.h2.mvstore.*;
import org.h2.mvstore.type.BasicDataType;

public class MongoLocal {
  static final Set<String> WRITES =
      Set.of(
          "insert",
          "update",
          "delete",
          "findandmodify",
          "create",
          "createindexes",
          "drop",
          "dropindexes",
          "dropdatabase",
          "renamecollection");
  // How long (ms) what was replaced stays for a reading that began before
  static final int RETENTION = 1_000;
  // Static: the superclass constructor opens maps before our fields exist
  static MVStore store;

  /** Documents on disk as BSON (the library's default is Java serialization). */
  static final class BsonType extends BasicDataType<Document> {
    public int getMemory(Document d) {
      return 64 + Math.max(0, size(d));
    }

    private static int size(Object o) {
      if (o instanceof String) return 48 + ((String) o).length();
      if (o instanceof Document) {
        int n = 64;
        for (Map.Entry<String, Object> e : ((Document) o).entrySet())
          n += 48 + e.getKey().length() + size(e.getValue());
        return n;
      }
      if (o instanceof Collection) {
        int n = 48;
        for (Object x : (Collection<?>) o) n += 8 + size(x);
        return n;
      }
      if (o instanceof BinData) return 32 + ((BinData) o).getData().length;
      return 24;
    }

    public void write(WriteBuffer w, Document d) {
      ByteBuf b = Unpooled.buffer(512);
      BsonEncoder.encodeDocument(d, b);
      w.put(ByteBuffer.wrap(b.array(), b.arrayOffset() + b.readerIndex(), b.readableBytes()));
    }

    public Document read(ByteBuffer in) {
      int len = Integer.reverseBytes(in.getInt(in.position()));
      byte[] a = new byte[len];
      in.get(a);
      return BsonDecoder.decodeBson(Unpooled.wrappedBuffer(a));
    }

    public Document[] createStorage(int n) {
      return new Document[n];
    }
  }

  /** Unique index in memory, rebuilt on open: it can never disagree with the data file. */
  static final class Uniq extends AbstractUniqueIndex<Object> {
    final Map<KeyValue, Object> m = new ConcurrentHashMap<>();

    Uniq(String n, List<IndexKey> k, boolean sparse) {
      super(n, k, sparse);
    }

    protected Object removeDocument(KeyValue k) {
      return m.remove(k);
    }

    protected boolean putKeyPosition(KeyValue k, Object p) {
      return m.putIfAbsent(k, Missing.ofNullable(p)) == null;
    }

    protected Iterable<Map.Entry<KeyValue, Object>> getIterable() {
      return m.entrySet();
    }

    protected Object getPosition(KeyValue k) {
      return m.get(k);
    }

    public long getCount() {
      return m.size();
    }

    public long getDataSize() {
      return m.size();
    }

    List<String> fields() {
      return keys();
    }

    // Sparse: a document without the key has no entry, even if another stores an explicit null
    @Override
    public Object getPosition(Document d) {
      return isSparse()
              && keys().stream().allMatch(k -> Utils.getSubdocumentValue(d, k) instanceof Missing)
          ? null
          : super.getPosition(d);
    }
  }

  // Sorts after everything
  static final Object HI = new Object();

  static int cmpKey(List<Object> a, List<Object> b) {
    for (int i = 0, n = Math.min(a.size(), b.size()); i < n; i++) {
      Object x = a.get(i), y = b.get(i);
      if (x == y) continue;
      if (x == HI) return 1;
      if (y == HI) return -1;
      int c = ValueComparator.ascWithoutListHandling().compare(x, y);
      if (c != 0) return c;
    }
    return Integer.compare(a.size(), b.size());
  }

  static boolean plain(Object v) {
    return v instanceof String
        || v instanceof Number && !(v instanceof Decimal128)
        || v instanceof Boolean
        || v instanceof Instant
        || v instanceof ObjectId
        || v instanceof UUID;
  }

  /**
   * Ordered secondary (also compound, also multikey) index in memory; it only proposes candidates,
   * the matcher decides.
   */
  static final class Sec extends Index<Object> {
    final TreeMap<List<Object>, Set<Object>> m = new TreeMap<>(MongoLocal::cmpKey);
    boolean multi;

    Sec(String n, List<IndexKey> k) {
      super(n, k, false);
    }

    List<String> fields() {
      return keys();
    }

    private List<List<Object>> of(Document d) {
      List<List<Object>> out = List.of(List.of());
      for (String k : keys()) {
        Object v = Utils.getSubdocumentValueCollectionAware(d, k);
        Collection<Object> vs = new LinkedHashSet<>();
        if (v instanceof Collection) {
          multi = true;
          for (Object x : (Collection<?>) v) vs.add(Missing.isNullOrMissing(x) ? null : x);
          if (vs.isEmpty()) vs.add(null);
        } else vs.add(Missing.isNullOrMissing(v) ? null : v);
        List<List<Object>> nx = new ArrayList<>();
        for (List<Object> p : out)
          for (Object x : vs) {
            List<Object> q = new ArrayList<>(p);
            q.add(x);
            nx.add(q);
          }
        out = nx;
      }
      return out;
    }

    public Object getPosition(Document d) {
      return null;
    }

    public void checkAdd(Document d, MongoCollection<Object> c) {}

    public void add(Document d, Object p, MongoCollection<Object> c) {
      for (List<Object> k : of(d)) m.computeIfAbsent(k, x -> new LinkedHashSet<>()).add(p);
    }

    public Object remove(Document d) {
      throw new IllegalStateException();
    }

    void removeAt(Document d, Object p) {
      for (List<Object> k : of(d)) {
        Set<Object> s = m.get(k);
        if (s != null) {
          s.remove(p);
          if (s.isEmpty()) m.remove(k);
        }
      }
    }

    // RemoveDocument(): "no position from this index" is fine
    protected boolean isSparse() {
      return true;
    }

    public boolean hasSameOptions(Index<?> o) {
      return true;
    }

    public Document toIndexDescription() {
      Document d = super.toIndexDescription();
      d.remove("sparse");
      return d;
    }

    // The planner below asks directly
    public boolean canHandle(Document q) {
      return false;
    }

    public Iterable<Object> getPositions(Document q) {
      throw new UnsupportedOperationException();
    }

    public long getCount() {
      return m.size();
    }

    public long getDataSize() {
      return m.size();
    }

    public void checkUpdate(Document o, Document n, MongoCollection<Object> c) {}

    public void updateInPlace(Document o, Document n, Object p, MongoCollection<Object> c) {
      if (!of(o).equals(of(n))) {
        removeAt(o, p);
        add(n, p, c);
      }
    }

    public void drop() {
      m.clear();
    }
  }

  static final class Coll extends H2Collection {
    final MVMap<Object, Document> data;

    Coll(
        MongoDatabase db,
        String n,
        CollectionOptions o,
        MVMap<Object, Document> data,
        MVMap<String, Object> meta,
        CursorRegistry cr) {
      super(db, n, o, data, meta, cr);
      this.data = data;
    }

    protected void updateDataSize(int d) {}

    protected boolean tracksDataSize() {
      return false;
    }

    // Secondary entries need the position
    @Override
    public synchronized void removeDocument(Document d) {
      if (getIdField() != null) {
        Object pos = d.get(getIdField());
        for (Index<Object> i : getIndexes()) if (i instanceof Sec) ((Sec) i).removeAt(d, pos);
      }
      List<Index<Object>> secs =
          getIndexes().stream().filter(i -> i instanceof Sec).collect(Collectors.toList());
      getIndexes().removeAll(secs);
      try {
        super.removeDocument(d);
      } finally {
        getIndexes().addAll(secs);
      }
    }

    private static void conds(Document q, Map<String, List<Object>> out) {
      for (Map.Entry<String, Object> e : q.entrySet()) {
        if (e.getKey().equals("$and")) {
          for (Object x : (Collection<?>) e.getValue())
            if (x instanceof Document) conds((Document) x, out);
        } else if (!e.getKey().startsWith("$"))
          out.computeIfAbsent(e.getKey(), k -> new ArrayList<>()).add(e.getValue());
      }
    }

    /** null: no equality; else the values of which the field must equal one. */
    private static Collection<?> equals(List<Object> cs) {
      if (cs == null) return null;
      for (Object c : cs) {
        if (plain(c)) return List.of(c);
        if (c instanceof Document) {
          Document d = (Document) c;
          Object v = d.get("$eq");
          if (v != null && plain(v)) return List.of(v);
          v = d.get("$in");
          if (v instanceof Collection
              && ((Collection<?>) v).size() <= 2000
              && ((Collection<?>) v).stream().allMatch(MongoLocal::plain))
            return new LinkedHashSet<>((Collection<?>) v);
          v = d.get("$all");
          if (v instanceof Collection
              && !((Collection<?>) v).isEmpty()
              && plain(((Collection<?>) v).iterator().next()))
            return List.of(((Collection<?>) v).iterator().next());
          v = d.get("$elemMatch");
          if (v instanceof Document
              && ((Document) v).get("$eq") != null
              && plain(((Document) v).get("$eq"))) return List.of(((Document) v).get("$eq"));
        }
      }
      return null;
    }

    private static Object bound(List<Object> cs, String a, String b) {
      if (cs != null)
        for (Object c : cs)
          if (c instanceof Document) {
            Object v = ((Document) c).get(a);
            if (v == null) v = ((Document) c).get(b);
            if (v != null && plain(v)) return v;
          }
      return null;
    }

    // Do the index keys after `from` give this sort order?
    static boolean dirs(Sec s, Document sort, int from, boolean[] desc) {
      int i = from;
      Boolean d = null;
      List<IndexKey> ks = s.getKeys();
      for (Map.Entry<String, Object> e : sort.entrySet()) {
        if (i >= ks.size()
            || !ks.get(i).getKey().equals(e.getKey())
            || !(e.getValue() instanceof Number)) return false;
        // Stored ascending, one direction only
        boolean dd = ((Number) e.getValue()).intValue() < 0;
        if (d == null) d = dd;
        else if (d != dd) return false;
        i++;
      }
      desc[0] = d != null && d;
      return d != null;
    }

    @Override
    protected QueryResult queryDocuments(
        Document query, Document orderBy, int skip, int limit, int batch, Document fields) {
      Map<String, List<Object>> cs = new LinkedHashMap<>();
      conds(query, cs);
      boolean sorted = orderBy != null && !orderBy.isEmpty() && !orderBy.containsKey("$natural");
      for (Index<Object> i : getIndexes())
        if (i instanceof Uniq) {
          Uniq u = (Uniq) i;
          Document sub = new Document();
          boolean ok = true;
          for (String f : u.fields()) {
            Collection<?> eq = equals(cs.get(f));
            if (eq == null || eq.size() > 1 && u.fields().size() > 1) {
              ok = false;
              break;
            }
            sub.put(
                f,
                eq.size() == 1 ? eq.iterator().next() : new Document("$in", new ArrayList<>(eq)));
          }
          if (ok && u.canHandle(sub))
            return matchDocuments(query, u.getPositions(sub), orderBy, skip, limit, batch, fields);
        }
      Sec best = null;
      int score = 0;
      boolean byOrder = false, rev = false;
      for (Index<Object> i : getIndexes())
        if (i instanceof Sec) {
          Sec s = (Sec) i;
          List<String> f = s.fields();
          int n = 0, sc = 0;
          boolean single = true;
          while (n < f.size()) {
            Collection<?> eq = equals(cs.get(f.get(n)));
            if (eq == null || !single && eq.size() > 1) break;
            if (eq.size() > 1) single = false;
            n++;
            sc += 4;
          }
          if (n < f.size()
              && (bound(cs.get(f.get(n)), "$gt", "$gte") != null
                  || bound(cs.get(f.get(n)), "$lt", "$lte") != null)) sc += 2;
          boolean[] d = new boolean[1];
          boolean o = sorted && single && !s.multi && limit > 0 && dirs(s, orderBy, n, d);
          if (o) sc += 1;
          if (sc > score) {
            score = sc;
            best = s;
            byOrder = o;
            rev = d[0];
          }
        }
      if (best != null) {
        Stream<Object> pos = candidates(best, cs, byOrder && rev);
        Stream<Document> docs =
            (best.multi ? pos.distinct() : pos).map(this::getDocument).filter(Objects::nonNull);
        return matchDocumentsFromStream(
            docs, query, byOrder ? null : orderBy, skip, limit, batch, fields);
      }
      if (getIdField() != null
          && cs.containsKey("_id")
          && (orderBy == null
              || orderBy.isEmpty()
              || orderBy.keySet().equals(Set.of("_id"))
                  && Integer.valueOf(1).equals(((Number) orderBy.get("_id")).intValue()))) {
        // Keyset pagination over string ids
        Object lo = bound(cs.get("_id"), "$gt", "$gte");
        if (lo instanceof String)
          return matchDocumentsFromStream(
              StreamSupport.stream(
                      Spliterators.spliteratorUnknownSize(data.keyIterator(lo), 0), false)
                  .takeWhile(k -> k instanceof String)
                  .map(data::get),
              query,
              null,
              skip,
              limit,
              batch,
              fields);
      }
      return super.queryDocuments(query, orderBy, skip, limit, batch, fields);
    }

    private static Stream<Object> candidates(Sec s, Map<String, List<Object>> cs, boolean rev) {
      List<List<Object>> prefixes = List.of(List.of());
      List<String> f = s.fields();
      int n = 0;
      boolean single = true;
      for (; n < f.size(); n++) {
        Collection<?> eq = equals(cs.get(f.get(n)));
        if (eq == null || !single && eq.size() > 1) break;
        if (eq.size() > 1) single = false;
        List<List<Object>> nx = new ArrayList<>();
        for (List<Object> p : prefixes)
          for (Object v : eq) {
            List<Object> q = new ArrayList<>(p);
            q.add(v);
            nx.add(q);
          }
        prefixes = nx;
      }
      Object lo = n < f.size() ? bound(cs.get(f.get(n)), "$gt", "$gte") : null,
          hi = n < f.size() ? bound(cs.get(f.get(n)), "$lt", "$lte") : null;
      // Two elements may satisfy one bound each
      if (s.multi && lo != null) hi = null;
      Object flo = lo, fhi = hi;
      return prefixes.stream()
          .flatMap(
              p -> {
                List<Object> a = new ArrayList<>(p), b = new ArrayList<>(p);
                if (flo != null) a.add(flo);
                if (fhi != null) b.add(fhi);
                b.add(HI);
                if (cmpKey(a, b) >= 0) return Stream.empty();
                NavigableMap<List<Object>, Set<Object>> r = s.m.subMap(a, true, b, false);
                if (rev) r = r.descendingMap();
                return r.values().stream().flatMap(Collection::stream);
              });
    }
  }

  static final class Db extends H2Database {
    Db(String n, CursorRegistry cr) {
      super(n, store, cr);
    }

    protected Index<Object> openOrCreateUniqueIndex(
        String c, String n, List<IndexKey> k, boolean sparse) {
      return new Uniq(n, k, sparse);
    }

    protected Index<Object> openOrCreateSecondaryIndex(
        String c, String n, List<IndexKey> k, boolean sparse) {
      return new Sec(n, k);
    }

    protected MongoCollection<Object> openOrCreateCollection(String c, CollectionOptions o) {
      String full = getDatabaseName() + "." + c;
      MVMap<Object, Document> data =
          store.openMap(
              "databases." + full, new MVMap.Builder<Object, Document>().valueType(new BsonType()));
      MVMap<String, Object> meta = store.openMap("meta." + full);
      return new Coll(this, c, o, data, meta, cursorRegistry);
    }
  }

  static final class Backend extends H2Backend {
    final ReentrantLock writer = new ReentrantLock();
    final ReentrantReadWriteLock rw = new ReentrantReadWriteLock();
    final Object gate = new Object();
    final boolean fsync, ack;
    long seq;
    volatile long durable;
    volatile boolean closed;
    volatile RuntimeException failed;
    Thread committer;

    Backend(MVStore s, String mode) {
      super(s);
      ack = !mode.equals("none");
      fsync = mode.equals("fsync");
      committer = new Thread(this::commitLoop, "committer");
      committer.setDaemon(true);
      committer.start();
    }

    @Override
    protected MongoDatabase openOrCreateDatabase(String n) {
      return new Db(n, getCursorRegistry());
    }

    // Group commit: everything applied so far in one chunk
    private void commitLoop() {
      long lastCompact = System.nanoTime();
      while (true) {
        long upto;
        synchronized (gate) {
          while (seq == durable && !closed)
            try {
              gate.wait(500);
              if (seq == durable && System.nanoTime() - lastCompact > 5_000_000_000L) break;
            } catch (InterruptedException e) {
              return;
            }
          if (closed) return;
        }
        try {
          writer.lock();
          try {
            upto = seq;
            if (upto != durable) getMvStore().commit();
            else {
              lastCompact = System.nanoTime();
              if (getMvStore().getFileStore() != null) {
                getMvStore().compactFile(150);
                // It leaves this at nothing: a reading under way would lose what it stands on
                getMvStore().setRetentionTime(RETENTION);
              }
              getMvStore().commit();
            }
          } finally {
            writer.unlock();
          }
          if (fsync && upto != durable) getMvStore().sync();
        } catch (RuntimeException e) {
          failed = e;
          e.printStackTrace();
          System.err.println("storage failed, exiting");
          Runtime.getRuntime().halt(70);
          return;
        }
        synchronized (gate) {
          durable = upto;
          gate.notifyAll();
        }
        if (!ack)
          try {
            Thread.sleep(200);
          } catch (InterruptedException e) {
            return;
          }
      }
    }

    @Override
    public Document handleCommand(Channel ch, String db, String cmd, Document q) {
      if (cmd.equalsIgnoreCase("hello") || cmd.equalsIgnoreCase("ismaster")) {
        Document r = super.handleCommand(ch, db, "ismaster", q);
        r.put("helloOk", true);
        r.put("isWritablePrimary", true);
        r.put("maxWriteBatchSize", 100000);
        return r;
      }
      return super.handleCommand(ch, db, cmd, q);
    }

    private Document exec(MongoMessage m) {
      Document q = m.getDocument();
      String cmd = q.keySet().iterator().next();
      // One statement at a time: honour `ordered`, right indexes, clean refusal of pipelines
      if (cmd.equals("update")) {
        List<?> us = (List<?>) q.get("updates");
        boolean ordered = !Boolean.FALSE.equals(q.get("ordered"));
        int n = 0, mod = 0;
        List<Document> ups = new ArrayList<>(), errs = new ArrayList<>();
        Document res = new Document();
        for (int i = 0; i < us.size(); i++) {
          if (!(((Document) us.get(i)).get("u") instanceof Document))
            throw new MongoServerError(238, "NotImplemented", "pipeline updates are not supported");
          if (((Document) us.get(i)).get("collation") != null)
            throw new MongoServerError(238, "NotImplemented", "collation is not supported");
          Document one = q.clone();
          one.put("updates", List.of(us.get(i)));
          res = super.handleMessage(new MongoMessage(m.getChannel(), m.getHeader(), one));
          n += ((Number) res.getOrDefault("n", 0)).intValue();
          mod += ((Number) res.getOrDefault("nModified", 0)).intValue();
          for (Object u : (Collection<?>) res.getOrDefault("upserted", List.of())) {
            ((Document) u).put("index", i);
            ups.add((Document) u);
          }
          Collection<?> we = (Collection<?>) res.getOrDefault("writeErrors", List.of());
          for (Object e : we) {
            ((Document) e).put("index", i);
            errs.add((Document) e);
          }
          if (ordered && !we.isEmpty()) break;
        }
        Document r = new Document("n", n).append("nModified", mod);
        if (!ups.isEmpty()) r.put("upserted", ups);
        if (!errs.isEmpty()) r.put("writeErrors", errs);
        r.put("ok", 1.0);
        return r;
      }
      if (cmd.equals("createIndexes"))
        for (Object o : (Collection<?>) q.get("indexes")) {
          Document d = (Document) o;
          if (d.containsKey("partialFilterExpression")
              || d.containsKey("collation")
              || ((Document) d.get("key")).containsValue("text"))
            throw new MongoServerError(
                238, "NotImplemented", "partial, collation and text indexes are not supported");
        }
      if ((cmd.equals("find") || cmd.equals("findAndModify") || cmd.equals("aggregate"))
          && q.get("collation") != null)
        throw new MongoServerError(238, "NotImplemented", "collation is not supported");
      Document r = super.handleMessage(m);
      // The library counts failed documents as inserted
      if (cmd.equals("insert") && r.get("writeErrors") instanceof List) {
        List<?> e = (List<?>) r.get("writeErrors");
        int size = ((Collection<?>) q.get("documents")).size();
        r.put(
            "n",
            Boolean.FALSE.equals(q.get("ordered"))
                ? size - e.size()
                : ((Number) ((Document) e.get(0)).get("index")).intValue());
      }
      return r;
    }

    private static boolean writes(Document q, String cmd) {
      if (cmd.equals("aggregate") && q.get("pipeline") instanceof List) {
        List<?> p = (List<?>) q.get("pipeline");
        if (!p.isEmpty() && p.get(p.size() - 1) instanceof Document) {
          Document l = (Document) p.get(p.size() - 1);
          return l.containsKey("$out") || l.containsKey("$merge");
        }
      }
      return WRITES.contains(cmd.toLowerCase());
    }

    @Override
    public Document handleMessage(MongoMessage m) {
      Document q = m.getDocument();
      String cmd = q.keySet().iterator().next();
      if (!writes(q, cmd)) {
        rw.readLock().lock();
        try {
          return exec(m).cloneDeeply();
        } finally {
          rw.readLock().unlock();
        }
      }
      long mine;
      Document r = null;
      RuntimeException ex = null;
      writer.lock();
      rw.writeLock().lock();
      try {
        try {
          r = exec(m).cloneDeeply();
        } catch (RuntimeException e) {
          ex = e;
        }
        synchronized (gate) {
          mine = ++seq;
          gate.notifyAll();
        }
      } finally {
        rw.writeLock().unlock();
        writer.unlock();
      }
      if (ack)
        synchronized (gate) {
          while (durable < mine && !closed)
            try {
              gate.wait(1000);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              break;
            }
        }
      if (ex != null) throw ex;
      return r;
    }

    @Override
    public void close() {
      synchronized (gate) {
        closed = true;
        gate.notifyAll();
      }
      try {
        committer.join(5000);
      } catch (InterruptedException e) {
      }
      writer.lock();
      try {
        if (!isInMemory()) getMvStore().compactFile(300);
        super.close();
      } finally {
        writer.unlock();
      }
    }
  }

  public static void main(String[] a) throws Exception {
    Map<String, String> o =
        new HashMap<>(
            Map.of("--host", "127.0.0.1", "--port", "27017", "--ack", "fsync", "--cache", "128"));
    for (int i = 0; i + 1 < a.length; i += 2) o.put(a[i], a[i + 1]);
    MVStore.Builder b =
        new MVStore.Builder()
            .autoCommitDisabled()
            .autoCommitBufferSize(0)
            .cacheSize(Integer.parseInt(o.get("--cache")));
    if (o.get("--file") != null) b.fileName(o.get("--file"));
    store = b.open();
    store.setRetentionTime(RETENTION);
    MongoVersion v =
        new MongoVersion() {
          public List<Integer> getVersionArray() {
            return List.of(7, 0, 0);
          }

          public int getWireVersion() {
            return 21;
          }
        };
    Backend be = new Backend(store, o.get("--file") == null ? "none" : o.get("--ack"));
    MongoServer s = new MongoServer(be.version(v));
    try {
      s.bind(new InetSocketAddress(o.get("--host"), Integer.parseInt(o.get("--port"))), 1, 128);
    } catch (Exception e) {
      System.err.println("cannot listen: " + e.getMessage());
      System.exit(71);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(s::shutdownNow));
    System.out.println("ready " + s.getLocalAddress().getPort());
    Thread.currentThread().join();
  }
}
