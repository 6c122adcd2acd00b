/** Words by which technical documents say what people ask for, and words of everyday life that a situation is told with. */

/** Those of a line mean about the same; a word may stand in several. `_` is the blank of a phrase, which is only looked for in a question. */
export const synonymGroups = `
  maximum max largest biggest highest longest greatest most limit upper exceed at_most no_more_than up_to
  limit cap ceiling bound threshold quota restrict maximum unlimited
  minimum min smallest lowest shortest fewest least lower at_least
  size big large bytes length huge
  grow expand increase size raise
  shrink decrease reduce lower
  long length duration time timeout ttl ms milliseconds seconds minutes period
  wide width
  deep depth level nested recursive
  high tall height
  number count amount total times quantity
  often frequently frequent interval rate times per every
  percentage percent ratio progress
  fast quick speed performance faster throughput efficient
  slow delay latency lag
  wait timeout delay pause sleep await pending
  expire expiry expiration expires ttl age lifetime stale
  hang stuck forever block freeze hang_around
  outstanding pending queued unfinished inflight in_flight
  call invoke execute run trigger fire command request
  callback handler listener hook function
  hook interceptor middleware handler plugin
  swallow suppress eat silence ignore hide
  quietly silently silent
  remove delete drop clear erase destroy purge discard strip get_rid_of take_out
  add append insert include push attach register
  create build construct instantiate make new generate produce
  define declare specify register describe
  start begin launch boot spawn initialize
  stop end halt abort cancel terminate kill exit shutdown close quit shut_down
  disconnect close end quit destroy hang_up
  open connect establish
  crash exit throw fail die blow_up fall_over
  error exception failure fail throw reject fault go_wrong problem
  reject refuse flush error fail
  bad invalid wrong malformed unknown broken incorrect illegal corrupt
  valid validate validation check verify
  warn warning notice complain
  mute silent quiet silence suppress disable
  previous earlier preceding before the_one_before
  elapsed duration milliseconds since time_elapsed
  wipe clear delete erase
  interrupt abort atomic partial half_way halfway
  overlap collide conflict clash shadow
  timeout took_too_long take_too_long takes_too_long taking_too_long
  destroy terminate abort cut_off
  process worker cluster
  together concurrent parallel simultaneous multiple same_time
  busy exhausted in_use
  last newest reverse highest
  first oldest lowest
  message line entry
  reject deny refuse turn_away
  immediately instantly directly synchronously at_once right_away straight_away
  queue buffer defer delay hold held_back hold_back postpone
  before ahead prior in_advance
  disable off false deactivate suppress opt_out turn_off switch_off no_longer_want
  enable on true activate opt_in turn_on switch_on enabled
  allow permit enable accept support
  prevent forbid forbidden avoid disallow deny block disable
  required require mandatory must compulsory need
  optional omitted
  skip ignore exclude omit bypass except leave_out
  filter exclude select
  hide hidden internal invisible private conceal
  mask redact hide censor obscure
  token secret credential bearer authorization password sensitive key
  log print output write dump record
  show display print output render appear show_up
  list shown display help
  fix solve repair mend resolve workaround remedy
  instead alternative workaround replacement
  replace override substitute overwrite swap
  override custom customize change configure
  change modify alter update edit mutate adjust tune
  setting option parameter flag property configuration config configure set
  switch flag option
  argument parameter param args option
  default unless_told_otherwise told_otherwise say_otherwise configure_nothing set_nothing specify_nothing out_of_the_box not_specified not_given fallback initial
  native builtin bundled built_in
  name key identifier id label called
  alias shorthand short synonym abbreviation
  field property key attribute column
  method function helper utility
  class constructor
  object instance
  text string utf words
  letter character symbol sign
  bytes buffer binary raw blob
  original intact unchanged untouched
  mangled garbled corrupted encoding
  encoding charset utf character_set
  whitespace space blank trim indent
  newline linebreak eol line_break end_of_line
  crlf carriage_return
  uppercase capital upper
  lowercase lower
  case insensitive sensitive ignorecase
  integer whole_number
  decimal float fraction precision round
  boolean true false
  empty blank null undefined missing nothing
  missing absent undefined null lacking
  unique distinct duplicate
  duplicate repeated twice
  same equal identical
  equal compare comparison match equality
  match pattern regex regexp glob wildcard regular_expression
  copy clone
  merge combine join concat concatenate
  split divide separate chunk
  separator delimiter
  order sort sequence priority sorted
  reverse backwards inverse
  convert transform turn_into cast coerce parse
  parse read decode interpret deserialize
  read load get fetch retrieve
  stringify serialize encode json
  escape encode quote sanitize
  format template style pretty
  folder directory path dir location
  file path
  address url link href uri website
  host hostname domain server origin machine
  connection socket network
  unreachable down disconnected unavailable offline lost
  reconnect retry connect
  retry again repeat attempt try resend try_again reconnect
  redirect follow
  download response
  upload request
  send write post emit dispatch transmit publish
  receive get read
  response reply answer result
  body payload data content
  verb method
  query search params
  search find query locate look_up lookup
  return give yield resolve result output give_back hand_back
  promise async await asynchronous
  synchronous sync blocking
  concurrent parallel concurrency simultaneously at_the_same_time in_parallel
  sequential sequentially serial one_after_another one_by_one
  thread worker
  cpu core processor
  process program child
  memory heap ram leak
  cache memoize store remember
  store save persist keep write
  database db
  row record entry
  item entry element member
  list array collection
  map object dictionary record
  iterate loop iteration foreach walk traverse
  parent ancestor
  child nested sub
  inherit extends inherited copy
  plugin extension addon module
  extension suffix ending
  environment env variable
  terminal console tty shell cli command_line
  stdout output
  color colour ansi
  exit code status
  suggestion hint suggest tip typo
  help usage documentation docs
  version release
  latest newest current
  since introduced added
  supported support compatible compatibility
  deprecated removed obsolete legacy old
  upgrade migrate migration update
  install npm
  import require load
  licence license
  security secure vulnerability attack malicious exploit untrusted
  dangerous unsafe risk insecure
  certificate tls ssl https ca
  encrypt encryption cipher
  signature sign signed
  authentication auth login credentials log_in sign_in
  permission access privilege
  test testing mock stub fake unit_test unit_tests
  debug verbose trace debugging
  watch observe monitor subscribe
  listen subscribe event listener
  emit fire trigger event notify
  schedule timer cron
  date time timestamp clock
  timezone utc time_zone
  language locale translate
  throttle rate limit slow_down
  batch bulk pipeline multi
  multiple several many
  transaction atomic multi
  compress gzip compression deflate zip
  stream pipe
  template render
  image picture icon
  primary master leader
  replica slave secondary follower
  schema type shape structure
  difference versus unlike whereas
  ensure guarantee always
  precedence priority override wins preferred
  both either conflict
  random unpredictable
  position index offset
  begin start prefix first
  finish complete done end
  success successful succeed
  wrap surround enclose
  truncate cut shorten clip
  pad fill align
  group section category
  attribute property
  quotes quoted quotation
  callbacks promise
  interrupt signal abort cancel
  global everywhere app_wide
  local scope
  once single one_time
  visible public export
  limit maximum
  port listen
  deep recursively
  unit ms milliseconds
  big bigger larger greater higher high large more
  small smaller less lower fewer
  early earlier sooner first before
  late later last after
  longer longest exceed
  job task operation work promise
  internet network net online http
  backend server upstream service remote
  disk storage drive filesystem
  image jpg png photo picture
  unicode ascii umlaut accent charset utf latin1
  outage power_cut crash loss lose
  route endpoint path handler
  fake mock stub dummy simulate pretend spoof
  slow sluggish delay
  guess infer detect automatically automatic
  manual manually myself yourself own explicitly
  force ensure guarantee flush
  belong scope part
  appear present exist
  hit reach request access
  pass go_through allow passthrough
  faulty broken error
  cost expensive overhead performance
  assume default
  user account customer
  page document
  paste insert
  increase raise grow
  speed_up faster performance parallel
  reuse share keepalive persistent
  reset restore clear initial
  pause suspend stop
  resume continue restart
  available ready free
  tell_apart distinguish instanceof
  assert expect check verify
  stay remain persist
  react respond reply handle
  protect secure guard prevent
  trigger cause fire
  count number total
`;

/** Of them no page need have any. */
export const everydayWords = `
  people user person someone somebody thing stuff way want need try find get got give given take taken put go going gone come look see seen
  know known think say said tell told ask keep kept hold held stay stand happen seem become whole entire entirely really actually quietly suddenly
  always never sometimes usually already still yet away around together apart alone certain specific particular different various several
  everything nothing something anything everyone place kind sort part side case point right good nice better best well quite rather possible able annoying
  annoyed unwanted bad wrong bring brought leave left let lot little bit help mean meant expect like prefer rely depend care happy hard easy simple
  simply quickly exactly instead otherwise unless today please thank app application project program programme behave behaviour behavior situation moment
  turn mine soon late early later start stop plain ordinary usual common main actual real own effect affect apply pick choose chosen decide set work run
  question answer problem trouble avoid notice hear wonder suppose imagine every time end up inside outside whether anyway anymore longer forever
`;

/** Forms of verbs that no ending tells, each behind the verb. */
export const irregularVerbs = `
  write wrote written, send sent, build built, throw threw thrown, keep kept, lose lost, run ran, hide hid hidden, choose chose chosen, get got,
  begin began begun, break broke broken, take took taken, give gave given, find found, hold held, bring brought, catch caught, leave left, make made,
  speak spoke spoken, draw drew drawn, grow grew grown, fall fell fallen, shut shut, bind bound, spend spent, mean meant, tell told, say said,
  freeze froze frozen, overwrite overwrote overwritten, override overrode overridden, rewrite rewrote rewritten, rebuild rebuilt, resend resent,
  forbid forbade forbidden, forget forgot forgotten, drive drove driven, come came, become became, understand understood, wind wound, feed fed, wake woke woken
`;
